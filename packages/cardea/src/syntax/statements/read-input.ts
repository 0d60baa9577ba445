import type { Parsed } from '../../model/parsed.ts';
import { copyJson } from '../copy-json.ts';
import { DOCUMENT_LIMITS } from '../document/document-limits.ts';
import { offsetOf } from '../document/located.ts';
import { readJson } from '../document/read-json.ts';
import { checkText, sourceText } from '../document/source-text.ts';
import { type Place, rootPlace } from '../issue-collector.ts';

/**
 * Reads JSON, as a text or as objects, and what `read` makes of it. Where anything is wrong there is no value: all issues
 * come at once, those of a text with line and column. A member that is named twice is wrong, not the last of the two.
 */
export function readInput<T>(input: unknown, read: (given: unknown, place: Place) => T): Parsed<T> {
  if (typeof input === 'string') return readText(input, read);
  const place = rootPlace();
  const given = copyJson(input, place, { code: 'CARDEA_INVALID_STATEMENT', undefinedMembers: 'wrong-inside' });
  if (place.issues.length > 0) return { ok: false, issues: place.issues };
  const value = read(given, place);
  return place.issues.length > 0 ? { ok: false, issues: place.issues } : { ok: true, value };
}

function readText<T>(text: string, read: (given: unknown, place: Place) => T): Parsed<T> {
  const source = sourceText(text, undefined);
  const root = checkText(source, DOCUMENT_LIMITS.maxLength) ? readJson(source, DOCUMENT_LIMITS) : undefined;
  if (root === undefined || source.issues.length > 0) return { ok: false, issues: source.issues };
  const place = rootPlace();
  const value = read(root.value, place);
  if (place.issues.length === 0) return { ok: true, value };

  for (const { code, message, path } of place.issues) source.report(code, message, path, offsetOf(root, path));
  return { ok: false, issues: source.issues };
}
