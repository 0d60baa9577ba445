import type { Clock } from 'cardea';
import { EXIT } from './exit-code.ts';

/** A stream that text goes out on; `process.stdout` fits. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything outside that a command may touch, so that a test can run commands in its own process. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** What relative paths are relative to. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted with an {@link Interrupted} when the user interrupts, or nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** The URL behind a word of the command line, whose secrets whoever connects needs, and nobody else. */
  readonly reveal: (word: string) => string;
}

/** Why a command ends before its work is done: somebody asked for it, or nobody takes its output. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }

  /** Whether somebody asked for it. */
  get isAsked(): boolean {
    return this.exitCode === EXIT.interrupted || this.exitCode === EXIT.terminated;
  }
}
