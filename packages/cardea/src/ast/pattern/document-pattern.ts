import { type CodePoints, codePointsOf } from './code-points.ts';
import type { PatternNode, SetItem, SetNode } from './node.ts';
import { parsePattern } from './parse.ts';
import { printPattern } from './print.ts';

/** The characters of a document: printable ASCII without quotes and capital letters. */
const ALPHABET: CodePoints = [0x20, 0x21, 0x23, 0x40, 0x5b, 0x7e];

/**
 * A pattern that finds in documents, where case matters, what another one finds without case. A document is in lower
 * case, so a literal stays one that can be looked up.
 *
 * INVARIANT document-pattern-ignores-case: in a text of the characters of documents it is found where
 * `(?i)` and the given pattern are.
 *
 * @param source of this node
 *
 * @example
 * ```ts
 * documentPattern('kamId:9[A-F]', node); // 'kamid:9[a-f]'
 * ```
 */
export function documentPattern(source: string, node: PatternNode): string {
  const wanted = restrict(node, true);
  const lowered = source.replace(/\\.|[A-Z]/gs, (part) => (part.startsWith('\\') ? part : part.toLowerCase()));
  const parsed = parsePattern(lowered);
  if (parsed.ok && JSON.stringify(restrict(parsed.node, false)) === JSON.stringify(wanted)) return lowered;
  return printPattern(wanted, 're2');
}

/** The pattern over the characters of documents. */
function restrict(node: PatternNode, fold: boolean): PatternNode {
  switch (node.kind) {
    case 'assertion':
      return node;
    case 'set':
      return restrictSet(node, fold || node.fold);
    case 'concat':
    case 'alternation':
      return { kind: node.kind, of: node.of.map((part) => restrict(part, fold)) };
    case 'repeat':
      return { ...node, of: restrict(node.of, fold) };
  }
}

const EVERYTHING: SetNode = { kind: 'set', items: [], negated: true, fold: false };

function restrictSet(node: SetNode, fold: boolean): SetNode {
  const points = codePointsOf({ ...node, items: node.items.flatMap(asciiPart), fold });
  // Properties of characters.
  if (points === undefined) return { ...node, fold };
  const items: SetItem[] = [];
  let count = 0;
  for (let at = 0; at < points.length; at += 2) {
    for (let range = 0; range < ALPHABET.length; range += 2) {
      const from = Math.max(points[at] as number, ALPHABET[range] as number);
      const to = Math.min(points[at + 1] as number, ALPHABET[range + 1] as number);
      if (from > to) continue;
      items.push({ kind: 'range', from, to });
      count += to - from + 1;
    }
  }
  return count === SIZE ? EVERYTHING : { kind: 'set', items, negated: false, fold: false };
}

const SIZE = 2 + 30 + 36;

function asciiPart(item: SetItem): readonly SetItem[] {
  if (item.kind !== 'range') return [item];
  return item.from > 0x7f ? [] : [{ ...item, to: Math.min(item.to, 0x7f) }];
}
