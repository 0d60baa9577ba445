import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { DOCUMENT_MEMBERS } from './listed-policies.ts';
import { inOrder, LINK_MEMBERS, POLICY_MEMBERS } from './member-order.ts';
import type { YamlDocument } from './yaml-documents.ts';

/**
 * Writes YAML documents: two spaces a level, the members of policies in their order, comments kept with the
 * member that they stand before. Quotes, anchors and the choice between block and flow style stay the author's.
 *
 * The documents are changed.
 */
export function formatYaml(documents: readonly YamlDocument[]): string {
  for (const [at, document] of documents.entries()) {
    document.directives.docStart = at > 0 ? true : null;
    if (document.contents !== null) document.contents.spaceBefore = false;
    orderMembers(document.contents);
    visit(document, { Scalar: (_, node) => quoteBlank(node) });
  }
  return documents.map(textOf).join('');
}

function textOf(document: Document.Parsed): string {
  // Never folded: a long pattern stays on the line that its author wrote it on.
  const text = document.toString({ lineWidth: 0, indent: 2, indentSeq: true, flowCollectionPadding: false });
  return text.endsWith('\n') ? text : `${text}\n`;
}

// A blank text in block style has no line of its own, and the printer would put its comment into the text.
function quoteBlank(node: Scalar): void {
  const block = node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL';
  if (block && typeof node.value === 'string' && node.value.trim() === '') node.type = 'QUOTE_DOUBLE';
}

function orderMembers(contents: ParsedNode | null): void {
  if (isMap(contents)) sortMembers(contents, DOCUMENT_MEMBERS);
  sortItems(isMap(contents) ? contents.get('policies', true) : contents, POLICY_MEMBERS);
  if (isMap(contents)) sortItems(contents.get('links', true), LINK_MEMBERS);
}

function sortItems(list: unknown, names: readonly string[]): void {
  if (!isSeq(list)) return;
  for (const each of list.items) if (isMap(each)) sortMembers(each, names);
}

function sortMembers(mapping: YAMLMap, names: readonly string[]): void {
  // An alias must follow its anchor: where one of the members has an anchor, all of them stay in place.
  if (hasAnchor(mapping)) return;
  mapping.items = inOrder(mapping.items, names, ({ key }) => (isScalar(key) ? String(key.value) : ''));
  const first = mapping.items[0]?.key;
  if (isScalar(first) && mapping.flow !== true) hoistComment(first, mapping);
}

// What stands before the first member stands before the mapping: read again, it would be found there.
function hoistComment(first: Scalar, mapping: YAMLMap): void {
  const comments = [mapping.commentBefore, first.commentBefore].filter(
    (comment) => comment !== undefined && comment !== null,
  );
  if (comments.length > 0) mapping.commentBefore = comments.join('\n');
  if (first.spaceBefore === true) mapping.spaceBefore = true;
  first.commentBefore = null;
  first.spaceBefore = false;
}

function hasAnchor(mapping: YAMLMap): boolean {
  let found = false;
  visit(mapping, {
    Node: (_, node: Node) => {
      if (node === mapping || !('anchor' in node) || node.anchor === undefined) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
