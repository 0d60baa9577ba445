import { CardeaError, errorMessage, formatIssue, isCardeaError, type Issue, printable } from 'cardea';
import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { Interrupted, type Terminal } from './terminal.ts';

/**
 * Tells what went wrong on the standard error, one line an issue, all issues, and never a stack trace.
 *
 * @returns the exit code
 */
export function reportError(terminal: Terminal, error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  // Commander wrote its message, or the help, before it threw.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.error;
  for (const line of errorLines(error)) terminal.stderr.write(`cardea: ${line}\n`);
  return EXIT.error;
}

/** An issue as one line for the terminal, whatever characters it quotes. */
export function issueLine(issue: Issue): string {
  return printable(formatIssue(issue));
}

/** An error about an input, with all issues. */
export function issuesFound(issues: readonly Issue[]): CardeaError {
  const [first] = issues;
  return new CardeaError(first?.code ?? 'CARDEA_INVALID_ARGUMENT', first?.message ?? 'invalid input', { issues });
}

/** An error about how the command was called. */
export function usageError(message: string): CardeaError {
  return new CardeaError('CARDEA_INVALID_ARGUMENT', message);
}

function errorLines(error: unknown): readonly string[] {
  if (!isCardeaError(error)) return [printable(`unexpected error: ${errorMessage(error)}; please report it`)];
  if (error.issues.length > 0) return error.issues.map(issueLine);
  return [printable(`${error.message} [${error.code}]`)];
}
