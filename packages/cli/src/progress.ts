import cliProgress from 'cli-progress';
import type { Colours } from './colours.ts';
import type { OutputStream } from './terminal.ts';

/** Shows how far a file of inquiries was read. */
export interface Progress {
  update(bytesRead: number, inquiries: number): void;
  /** Takes the bar away, and shows the cursor again. */
  stop(): void;
}

/** Shows nothing. */
export const NO_PROGRESS: Progress = { update: () => undefined, stop: () => undefined };

/**
 * A progress bar on a terminal.
 *
 * @param bytes the size of the file
 */
export function progressBar(stream: OutputStream, bytes: number, colours: Colours): Progress {
  const bar = new cliProgress.SingleBar({
    stream,
    format: `${colours.cyan('{bar}')} {percentage} %  {inquiries} inquiries  ${colours.dim('{eta_formatted} left')}`,
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    // The process has one place that hears of signals, and it stops the bar.
    gracefulExit: false,
    fps: 10,
  });
  bar.start(bytes, 0, { inquiries: '0' });
  return {
    update: (bytesRead, inquiries) => bar.update(bytesRead, { inquiries: inquiries.toLocaleString('en-US') }),
    stop: () => bar.stop(),
  };
}
