import type { Inquiry } from '../../model/inquiry.ts';
import type { Parsed } from '../../model/parsed.ts';
import { parseInquiry } from '../validate.ts';
import type { DocumentLimits } from './document-limits.ts';
import { readOne } from './parse-data-document.ts';
import { type DocumentFile, sourceOf } from './read-document.ts';

/**
 * Parses the text of one inquiry in YAML 1.2 or JSON, as strictly as policies are: a member that is named
 * twice is wrong, not the last of the two. Never throws for what is in the text; reports everything that is
 * wrong, with file, line, column and path.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the text is no string, or a limit or the format is none
 *
 * @example
 * ```ts
 * const parsed = parseInquiryDocument(text, { file: 'inquiry.json' });
 * if (parsed.ok) await guard.check(parsed.value);
 * ```
 */
export function parseInquiryDocument(
  text: string,
  options: Omit<DocumentFile, 'text'> & DocumentLimits = {},
): Parsed<Inquiry> {
  const source = sourceOf({ ...options, text });
  const read = readOne(source, options, {
    empty: 'the text is empty: there is no inquiry',
    several: 'a text of an inquiry holds one inquiry, not several',
  });
  if (!read.ok) return read;
  const { value, positionOf } = read.value;
  const parsed = parseInquiry(value);
  if (parsed.ok) return parsed;
  return { ok: false, issues: parsed.issues.map((issue) => ({ ...issue, ...positionOf(issue.path) })) };
}
