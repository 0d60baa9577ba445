import { quote } from 'cardea';
import { EXIT } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportError, usageError } from './report-error.ts';
import { HiddenUrls } from './store/hidden-urls.ts';
import type { Interrupted, Terminal } from './terminal.ts';

/**
 * Runs one command line. Never throws: what goes wrong is told on the standard error.
 *
 * @param argv the words after the name of the program
 * @returns the exit code
 */
export async function run(argv: readonly string[], world: Omit<Terminal, 'reveal'>): Promise<number> {
  let exitCode = EXIT.ok;
  let isEndExpected = false;
  const urls = new HiddenUrls();
  const terminal = { ...world, reveal: (word: string): string => urls.reveal(word) };
  const program = createProgram(terminal, (code, end) => {
    exitCode = code;
    isEndExpected = end === 'when interrupted' && (terminal.signal.reason as Partial<Interrupted>).isAsked === true;
  });
  try {
    const words = urls.hide(argv);
    refuseEmpty(words);
    await program.parseAsync(words, { from: 'user' });
    if (!isEndExpected) terminal.signal.throwIfAborted();
    return exitCode;
  } catch (error) {
    return reportError(terminal, error);
  }
}

// A path that is empty would be the current directory, so that a variable of a script that is not set names policies.
function refuseEmpty(argv: readonly string[]): void {
  const at = argv.findIndex((word) => word === '' || /^--[a-z-]+=$/.test(word));
  if (at < 0) return;
  const before = argv[at] || argv[at - 1];
  throw usageError(`an argument is empty${before === undefined ? '' : ` at ${quote(before)}`}: is a variable not set?`);
}
