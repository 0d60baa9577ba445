import { EXIT } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command line. Never throws: what goes wrong is told on the standard error.
 *
 * @param argv the words after the name of the program
 * @returns the exit code
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = EXIT.ok;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    terminal.signal.throwIfAborted();
    return exitCode;
  } catch (error) {
    return reportError(terminal, error);
  }
}
