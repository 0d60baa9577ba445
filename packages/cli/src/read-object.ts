import { errorMessage, type Issue } from 'cardea';
import { inputLabel, readInput } from './read-input.ts';
import { issuesFound } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/**
 * The object that an option names: a file in JSON, `-` for the standard input, or the JSON itself.
 *
 * @throws where it is no JSON
 */
export async function readObject(terminal: Terminal, given: string): Promise<unknown> {
  if (/^\s*[{[]/.test(given)) return parseObject(given, { file: '--object' });
  const input = await readInput(terminal, given);
  if (!input.ok) throw issuesFound(input.issues);
  return parseObject(input.value, { file: inputLabel(given) });
}

/**
 * The value of a text in JSON.
 *
 * @param place for the message
 */
export function parseObject(text: string, place: Pick<Issue, 'file' | 'line'>): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw issuesFound([{ code: 'CARDEA_INVALID_DOCUMENT', message: errorMessage(error), path: [], ...place }]);
  }
}
