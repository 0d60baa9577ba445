import { type Json, jsonEqual } from '../../ast/json.ts';
import { CardeaError, issuesError } from '../../errors.ts';
import { type DocumentLimits, documentLimits } from './document-limits.ts';
import { formatJson } from './format-json.ts';
import { formatYaml } from './format-yaml.ts';
import { documentLists } from './listed-policies.ts';
import type { Located } from './located.ts';
import { type DocumentFile, type DocumentFormat, formatOf, readDocument, sourceOf } from './read-document.ts';
import type { SourceText } from './source-text.ts';
import { yamlDocuments } from './yaml-documents.ts';

/**
 * Writes a document in its canonical form: two spaces a level, and the members of each policy in the
 * order uid, slots, description, effect, priority, subjects, actions, resources, context, obligations, labels, tags.
 * Comments of YAML stay, and so do the order of lists and of policies. Rules are not looked at.
 *
 * INVARIANT: the formatted document reads as the same values as the text (it is read again to make sure),
 * and formatting it once more changes nothing.
 *
 * @throws CARDEA_INVALID_DOCUMENT, CARDEA_DOCUMENT_LIMIT or CARDEA_DUPLICATE_KEY with all issues when the text cannot be read
 * @throws CARDEA_UNSUPPORTED when the text could not be written without changing its meaning
 *
 * @example
 * ```ts
 * formatDocument('- effect: allow\n  uid: read\n…', { file: 'policies.yaml' }); // '- uid: read\n  effect: allow\n…'
 * ```
 */
export function formatDocument(text: string, options: Omit<DocumentFile, 'text'> & DocumentLimits = {}): string {
  const limits = documentLimits(options);
  const format = formatOf(options);
  const source = sourceOf({ ...options, text });
  const roots = readDocument(source, format, limits);
  const lists = roots.map((root) => documentLists(root, source));
  const policies = new Set(lists.flatMap((list) => list.policies).map(({ node }) => node));
  const links = new Set(lists.flatMap((list) => list.links).map(({ node }) => node));
  if (source.issues.length > 0) throw issuesError('document', source.issues);
  // Indentation may make a text larger than the limits that the author's own has kept.
  const roomy = { ...limits, maxLength: Number.MAX_SAFE_INTEGER, maxNodes: Number.MAX_SAFE_INTEGER };
  const formatted =
    format === 'json' ? roots.map((root) => formatJson(root, policies, links)).join('') : formattedYaml(source, roomy);
  if (!sameValues(roots, formatted, format, roomy)) {
    throw new CardeaError('CARDEA_UNSUPPORTED', 'the document cannot be formatted without changing its meaning');
  }
  return formatted;
}

// The printer of YAML can need a second pass: a comment or an empty line that it puts elsewhere is read as
// that of another node, which it then prints in its own way. The text that a pass no longer changes is canonical.
function formattedYaml(source: SourceText, limits: Required<DocumentLimits>): string {
  let text = source.text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = formatYaml(yamlDocuments(sourceOf({ text }), limits) ?? []);
    if (next === text) return text;
    text = next;
  }
  throw new CardeaError(
    'CARDEA_UNSUPPORTED',
    'the comments of the document cannot be formatted; move those between its parts',
  );
}

const MOST_PASSES = 8;

function sameValues(
  roots: readonly Located[],
  formatted: string,
  format: DocumentFormat,
  limits: Required<DocumentLimits>,
): boolean {
  const again = readDocument(sourceOf({ text: formatted }), format, limits);
  return jsonEqual(valuesOf(again), valuesOf(roots));
}

function valuesOf(roots: readonly Located[]): Json {
  return roots.map(({ value }) => value);
}
