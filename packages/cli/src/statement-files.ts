import { CardeaError, type Issue, MemoryStorage, type Parsed, quote } from 'cardea';
import { parseDirectory, StatementGuard } from 'cardea/statements';
import { Option } from 'commander';
import { inputLabel, readInput } from './read-input.ts';
import { issuesFound, usageError } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** Who asks, and for what. */
export interface RequestFlags {
  readonly user?: string;
  readonly action?: string;
}

/** The options of {@link RequestFlags}. */
export function requestOptions(): readonly Option[] {
  return [
    new Option('-u, --user <name>', 'the user of the directory who asks'),
    new Option('-a, --action <action>', 'what the user would do'),
  ];
}

/** Requires both options. */
export function requireRequest({ user, action }: RequestFlags): { readonly user: string; readonly action: string } {
  if (user === undefined || action === undefined) throw usageError('name who asks for what: --user and --action');
  return { user, action };
}

/**
 * The text of a file, and what it was read as.
 *
 * @throws with every issue, each with the name of the file
 */
export async function readStatements<T>(
  terminal: Terminal,
  path: string,
  parse: (text: string) => Parsed<T>,
): Promise<T> {
  const input = await readInput(terminal, path);
  const parsed = input.ok ? parse(input.value) : input;
  if (parsed.ok) return parsed.value;
  throw issuesFound(parsed.issues.map((issue): Issue => ({ file: inputLabel(path), ...issue })));
}

/**
 * A guard over the statements of a directory.
 *
 * @throws with every issue of the file, and where the user is not in it: a misspelt name is no denial
 */
export async function openDirectory(terminal: Terminal, path: string, user: string): Promise<StatementGuard> {
  const { policies, users } = await readStatements(terminal, path, parseDirectory);
  if (!users.has(user))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `there is no user ${quote(user)} in ${quote(path)}`);
  const guard = new StatementGuard(new MemoryStorage(policies), { principals: (name) => users.get(name) });
  await guard.ready();
  return guard;
}
