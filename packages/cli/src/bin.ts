#!/usr/bin/env node
import { systemClock } from 'cardea';
import { EXIT } from './exit-code.ts';
import { run } from './run.ts';
import { Interrupted } from './terminal.ts';

const { stdin, stdout, stderr, env } = process;
const controller = new AbortController();

// Who waits for input waits no longer.
controller.signal.addEventListener('abort', () => stdin.destroy());
// The first of each lets the command tidy up; the second finds no listener and ends the process.
process.once('SIGINT', () => controller.abort(new Interrupted(EXIT.interrupted)));
process.once('SIGTERM', () => controller.abort(new Interrupted(EXIT.terminated)));
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const isClosed = error.code === 'EPIPE';
    if (!isClosed && stream === stdout)
      stderr.write(`cardea: the output cannot be written: ${error.message} [CARDEA_IO]\n`);
    controller.abort(new Interrupted(isClosed ? EXIT.closedPipe : EXIT.error));
  });
}

const exitCode = await run(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  cwd: process.cwd(),
  env,
  clock: systemClock,
  signal: controller.signal,
});
process.exitCode = exitCode;
// A standard input that nobody will read any more must not keep the process.
stdin.destroy();
