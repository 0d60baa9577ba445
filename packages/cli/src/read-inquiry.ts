import type { Inquiry } from 'cardea';
import { parseInquiryDocument } from 'cardea/document';
import { formatFor } from './load-policies.ts';
import { inputLabel, readInput } from './read-input.ts';
import { issuesFound } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/**
 * The inquiry that `--inquiry` names: a file in JSON or YAML, `-` for the standard input, or the JSON itself.
 *
 * @throws with every issue
 */
export async function readInquiry(terminal: Terminal, given: string): Promise<Inquiry> {
  const parsed = given.trimStart().startsWith('{')
    ? parseInquiryDocument(given, { file: '--inquiry', format: 'json' })
    : await readInquiryFile(terminal, given);
  if (parsed.ok) return parsed.value;
  throw issuesFound(parsed.issues);
}

async function readInquiryFile(terminal: Terminal, path: string): Promise<ReturnType<typeof parseInquiryDocument>> {
  const input = await readInput(terminal, path);
  if (!input.ok) return input;
  return parseInquiryDocument(input.value, { file: inputLabel(path), ...formatFor(path, input.value) });
}
