import { createColors } from 'picocolors';
import type { OutputStream, Terminal } from './terminal.ts';

/** The colours for a stream: functions that leave a text as it is where none are wanted. */
export type Colours = ReturnType<typeof createColors>;

/**
 * Colours a stream where that was asked for, or where it is a terminal. `--no-color` has the first word, then
 * `FORCE_COLOR`, then `NO_COLOR` (no-color.org), then the stream.
 *
 * @param options.color false for `--no-color`
 */
export function coloursFor(terminal: Terminal, stream: OutputStream, options: { readonly color: boolean }): Colours {
  return createColors(options.color && isColoured(terminal.env, stream));
}

function isColoured(env: Terminal['env'], stream: OutputStream): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: kind } = env;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (refused !== undefined && refused !== '') return false;
  return stream.isTTY === true && kind !== 'dumb';
}
