import { type RegexNode, RegexUnsupportedError } from './tree.ts';
import { fixedWidth } from './width.ts';

/**
 * An atomic group `(?>…)` as an expression without one: it keeps the first way in which it matches, so each
 * alternative counts only where no earlier one matches, and a repetition only where no more of it follows.
 *
 * @throws RegexUnsupportedError where the first way is not known from the form alone
 */
export function atomic(node: RegexNode): RegexNode {
  // All ways of a fixed width end at the same place, so it does not matter which is kept.
  if (fixedWidth(node) !== undefined) return node;
  if (node.kind === 'group') return { ...node, of: atomic(node.of) };
  if (node.kind === 'choice')
    return {
      kind: 'choice',
      of: node.of.map((branch, at) => ({ kind: 'sequence', of: [...node.of.slice(0, at).map(not), atomic(branch)] })),
    };
  if (node.kind === 'sequence' && node.of.slice(0, -1).every((part) => fixedWidth(part) !== undefined)) {
    return { kind: 'sequence', of: [...node.of.slice(0, -1), ...node.of.slice(-1).map(atomic)] };
  }
  throw new RegexUnsupportedError('an atomic group, `(?>…)`, of this form');
}

function not(node: RegexNode): RegexNode {
  return { kind: 'look', of: node, behind: false, negative: true };
}
