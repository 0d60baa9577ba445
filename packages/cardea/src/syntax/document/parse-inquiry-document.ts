import type { Inquiry } from '../../model/inquiry.ts';
import type { Parsed } from '../../model/parsed.ts';
import { parseInquiry } from '../validate.ts';
import { type DocumentLimits, documentLimits } from './document-limits.ts';
import { offsetOf } from './located.ts';
import { type DocumentFile, formatOf, readDocument, sourceOf } from './read-document.ts';

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
  if (source.text.trim() === '') {
    source.report('CARDEA_INVALID_DOCUMENT', 'the text is empty: there is no inquiry', [], 0);
    return { ok: false, issues: source.issues };
  }
  const [root, ...further] = readDocument(source, formatOf(options), documentLimits(options));
  for (const { at } of further)
    source.report('CARDEA_INVALID_DOCUMENT', 'a text of an inquiry holds one inquiry, not several', [], at);
  if (root === undefined || source.issues.length > 0) return { ok: false, issues: source.issues };
  const parsed = parseInquiry(root.value);
  if (parsed.ok) return parsed;
  for (const { code, message, path } of parsed.issues) source.report(code, message, path, offsetOf(root, path));
  return { ok: false, issues: source.issues };
}
