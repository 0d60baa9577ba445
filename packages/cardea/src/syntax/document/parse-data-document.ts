import type { Json } from '../../ast/json.ts';
import type { Parsed } from '../../model/parsed.ts';
import { type DocumentLimits, documentLimits } from './document-limits.ts';
import { offsetOf } from './located.ts';
import { type DocumentFile, formatOf, readDocument, sourceOf } from './read-document.ts';
import type { Position, SourceText } from './source-text.ts';

/** Plain data that a text holds. */
export interface DataDocument {
  readonly value: Json;
  /** Where the value at a path stands; where there is none, where the last part of the path stands that is there. */
  readonly positionOf: (path: readonly (string | number)[]) => Position;
}

/**
 * Parses the text of one value in YAML 1.2 or JSON, as strictly as policies are: a member that is named twice is wrong, not
 * the last of the two. For documents other than policies, such as a configuration. Never throws for what is in the text;
 * reports everything that is wrong, with file, line, column and path.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the text is no string, or a limit or the format is none
 *
 * @example
 * ```ts
 * const parsed = parseDataDocument('port: 8080', { file: 'cardea.yaml' });
 * if (parsed.ok) parsed.value.positionOf(['port']); // { file: 'cardea.yaml', line: 1, column: 1 }
 * ```
 */
export function parseDataDocument(
  text: string,
  options: Omit<DocumentFile, 'text'> & DocumentLimits = {},
): Parsed<DataDocument> {
  return readOne(sourceOf({ ...options, text }), options, { several: 'a text holds one value, not several' });
}

/**
 * The one value of a text.
 *
 * @param messages.empty of a text without anything, where it is another than of one without a value
 */
export function readOne(
  source: SourceText,
  options: Omit<DocumentFile, 'text'> & DocumentLimits,
  { empty = 'the text is empty', several }: { readonly empty?: string; readonly several: string },
): Parsed<DataDocument> {
  if (source.text.trim() === '') {
    source.report('CARDEA_INVALID_DOCUMENT', empty, [], 0);
    return { ok: false, issues: source.issues };
  }
  const [root, ...further] = readDocument(source, formatOf(options), documentLimits(options));
  for (const { at } of further) source.report('CARDEA_INVALID_DOCUMENT', several, [], at);
  if (root === undefined || source.issues.length > 0) return { ok: false, issues: source.issues };
  const positionOf = (path: readonly (string | number)[]): Position => source.positionOf(offsetOf(root, path));
  return { ok: true, value: { value: root.value, positionOf } };
}
