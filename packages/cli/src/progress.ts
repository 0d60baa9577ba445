import cliProgress from 'cli-progress';
import { type Colours, coloursFor } from './colours.ts';
import type { OutputStream, Terminal } from './terminal.ts';

/** Shows how far something is. */
export interface Progress {
  /** @param count how many things that is, where that is not `done` itself */
  update(done: number, count?: number): void;
  /** Takes the bar away, and shows the cursor again. */
  stop(): void;
}

/** Shows nothing. */
export const NO_PROGRESS: Progress = { update: () => undefined, stop: () => undefined };

/**
 * A progress bar on a terminal.
 *
 * @param total what `done` is at the end: the size of a file, or how many things there are
 * @param things what is counted
 */
export function progressBar(
  stream: OutputStream,
  { total, things }: { readonly total: number; readonly things: string },
  colours: Colours,
): Progress {
  const bar = new cliProgress.SingleBar({
    stream,
    format: `${colours.cyan('{bar}')} {percentage} %  {count} ${things}  ${colours.dim('{eta_formatted} left')}`,
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    // The process has one place that hears of signals, and it stops the bar.
    gracefulExit: false,
    fps: 10,
  });
  bar.start(total, 0, { count: '0' });
  return {
    update: (done, count = done) => bar.update(done, { count: count.toLocaleString('en-US') }),
    stop: () => bar.stop(),
  };
}

/** A progress bar for things whose number is known, where somebody is looking. */
export function countingBar(
  terminal: Terminal,
  counted: { readonly total: number; readonly things: string },
  flags: { readonly color: boolean },
): Progress {
  const { stderr } = terminal;
  return stderr.isTTY === true ? progressBar(stderr, counted, coloursFor(terminal, stderr, flags)) : NO_PROGRESS;
}
