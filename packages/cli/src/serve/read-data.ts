import { isCardeaError } from 'cardea';
import { type DataDocument, parseDataDocument } from 'cardea/document';
import { inputLabel, readInput } from '../read-input.ts';
import { issuesFound } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';

/**
 * The data of a file in YAML or JSON.
 *
 * @throws with every issue
 */
export async function readData(terminal: Terminal, path: string): Promise<DataDocument> {
  const input = await readInput(terminal, path);
  if (!input.ok) throw issuesFound(input.issues);
  const parsed = parseDataDocument(input.value, { file: inputLabel(path) });
  if (parsed.ok) return parsed.value;
  throw issuesFound(parsed.issues);
}

/**
 * As {@link readData}, of a certain kind.
 *
 * @param check what makes it one, or throws with issues, which are then told with their places
 */
export async function readDocument<T>(
  terminal: Terminal,
  path: string,
  check: (value: unknown, name: string) => T,
): Promise<T> {
  const { value, positionOf } = await readData(terminal, path);
  try {
    return check(value, inputLabel(path));
  } catch (error) {
    if (!isCardeaError(error) || error.issues.length === 0) throw error;
    throw issuesFound(error.issues.map((issue) => ({ ...issue, ...positionOf(issue.path) })));
  }
}
