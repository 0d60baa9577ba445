import { single } from './char-set.ts';
import type { Fold } from './case-fold.ts';
import { languageOf } from './language.ts';
import { type RegexNode, RegexUnsupportedError } from './tree.ts';

const LIMIT = 64;

/**
 * An expression without back references: where a group can only have matched one of a few texts, a reference
 * to it is a choice between them, `(a|b)\1` is `aa|bb`.
 *
 * @throws RegexUnsupportedError for every other reference, which no linear-time engine can follow
 */
export function expandBackreferences(node: RegexNode): RegexNode {
  const expanded = mapParts(node, expandBackreferences);
  if (expanded.kind !== 'sequence') return expanded;
  return indexesIn(expanded).reduce(expandIn, expanded as RegexNode);
}

/** Refuses what is left after {@link expandBackreferences}. */
export function refuseBackreferences(node: RegexNode): RegexNode {
  if (node.kind === 'backreference')
    throw new RegexUnsupportedError('a back reference to a group that can match many texts');
  mapParts(node, refuseBackreferences);
  return node;
}

/** The groups that this sequence itself holds (not within a repetition or a choice) and refers to. */
function indexesIn(node: RegexNode): readonly number[] {
  const groups = groupsOf(node);
  return [...new Set(referencesOf(node))].filter((index) => groups.has(index));
}

function expandIn(node: RegexNode, index: number): RegexNode {
  const texts = languageOf(groupsOf(node).get(index) as RegexNode, LIMIT);
  if (texts === undefined) return node;
  return { kind: 'choice', of: texts.map((text) => bind(node, index, text)) };
}

function bind(node: RegexNode, index: number, text: string): RegexNode {
  if (node.kind === 'group' && node.index === index) return literal(text, 'none');
  if (node.kind === 'backreference' && node.index === index) return literal(text, node.fold);
  return mapParts(node, (part) => bind(part, index, text));
}

function literal(text: string, fold: Fold): RegexNode {
  return {
    kind: 'sequence',
    of: Array.from(text, (char) => ({ kind: 'set', set: single(char.codePointAt(0) as number, fold) })),
  };
}

function groupsOf(node: RegexNode): ReadonlyMap<number, RegexNode> {
  if (node.kind === 'group') return new Map([[node.index, node.of], ...groupsOf(node.of)]);
  return node.kind === 'sequence' ? new Map(node.of.flatMap((part) => [...groupsOf(part)])) : new Map();
}

function referencesOf(node: RegexNode): readonly number[] {
  if (node.kind === 'backreference') return [node.index];
  return partsOf(node).flatMap(referencesOf);
}

function partsOf(node: RegexNode): readonly RegexNode[] {
  if (node.kind === 'sequence' || node.kind === 'choice') return node.of;
  return node.kind === 'repeat' || node.kind === 'group' || node.kind === 'look' ? [node.of] : [];
}

function mapParts(node: RegexNode, map: (part: RegexNode) => RegexNode): RegexNode {
  if (node.kind === 'sequence' || node.kind === 'choice') return { ...node, of: node.of.map(map) };
  return node.kind === 'repeat' || node.kind === 'group' || node.kind === 'look' ? { ...node, of: map(node.of) } : node;
}
