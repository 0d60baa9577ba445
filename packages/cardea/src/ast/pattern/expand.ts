import { codePointsOf } from './code-points.ts';
import type { PatternNode, SetNode } from './node.ts';

/** The texts that a pattern's first parts match, all of them, and how many parts that is. */
export interface Expansion {
  readonly texts: readonly string[];
  readonly parts: number;
}

/** More texts than this are not written out. */
const MAX_TEXTS = 64;
/** Nor more code points in all of them. */
const MAX_LENGTH = 10_000;

/**
 * Writes out the texts that the first parts of a sequence match: as many parts as match few texts.
 *
 * @param letters `exact`: parts whose letters ignore case match no finite list; `folded`: the texts are
 * in lower case, and only ASCII is written out, without `k` and `s`, whose case folding leaves ASCII,
 * and without letters that keep their case
 */
export function expandParts(parts: readonly PatternNode[], letters: 'exact' | 'folded'): Expansion {
  let texts: readonly string[] = [''];
  for (const [at, part] of parts.entries()) {
    const next = product(texts, expand(part, letters));
    if (next === undefined) return { texts, parts: at };
    texts = next;
  }
  return { texts, parts: parts.length };
}

type Texts = readonly string[] | undefined;

function expand(node: PatternNode, letters: 'exact' | 'folded'): Texts {
  switch (node.kind) {
    case 'assertion':
      return undefined;
    case 'set':
      return letters === 'exact' ? charsOf(node) : foldedCharOf(node);
    case 'concat': {
      const all = expandParts(node.of, letters);
      return all.parts === node.of.length ? all.texts : undefined;
    }
    case 'alternation':
      return node.of.map((branch) => expand(branch, letters)).reduce<Texts>(union, []);
    case 'repeat': {
      if (node.max === Number.POSITIVE_INFINITY) return undefined;
      const once = expand(node.of, letters);
      let texts: Texts = node.min === 0 ? [''] : [];
      let power: Texts = [''];
      for (let count = 1; count <= node.max && texts !== undefined; count++) {
        power = product(power, once);
        if (count >= node.min) texts = union(texts, power);
        if (power === undefined) return undefined;
      }
      return texts;
    }
  }
}

function charsOf(node: SetNode): Texts {
  const literal = node.fold || node.negated || node.items.length > 1 ? undefined : node.items[0];
  if (literal?.kind === 'range' && literal.from === literal.to && literal.from < 0x80) {
    return [String.fromCharCode(literal.from)];
  }
  const points = codePointsOf(node);
  if (points === undefined) return undefined;
  const chars: string[] = [];
  for (let at = 0; at < points.length; at += 2) {
    for (let point = points[at] as number; point <= (points[at + 1] as number); point++) {
      // A set that ignores the case of letters is better left to the lower-cased form.
      if (chars.length === MAX_TEXTS || (node.fold && isLetter(point))) return undefined;
      // A lone surrogate is a code point of a text, but its unit also stands inside others.
      if (point >= 0xd800 && point <= 0xdfff) return undefined;
      chars.push(String.fromCodePoint(point));
    }
  }
  // The empty set would make an empty list of conditions, which is false even for a missing value.
  return chars.length === 0 ? undefined : chars;
}

function foldedCharOf({ items, negated, fold }: SetNode): Texts {
  const [item] = items;
  if (negated || items.length !== 1 || item?.kind !== 'range' || item.from !== item.to || item.from > 0x7f)
    return undefined;
  const char = String.fromCharCode(item.from).toLowerCase();
  return isLetter(item.from) && (!fold || char === 'k' || char === 's') ? undefined : [char];
}

function isLetter(point: number): boolean {
  return (point >= 0x41 && point <= 0x5a) || (point >= 0x61 && point <= 0x7a);
}

function product(left: Texts, right: Texts): Texts {
  if (left === undefined || right === undefined || left.length * right.length > MAX_TEXTS) return undefined;
  // A literal of many characters is so many products.
  if (left.length === 1 && right.length === 1) {
    const text = (left[0] as string) + (right[0] as string);
    return text.length <= MAX_LENGTH ? [text] : undefined;
  }
  return bounded(left.flatMap((start) => right.map((end) => start + end)));
}

function union(left: Texts, right: Texts): Texts {
  return left === undefined || right === undefined ? undefined : bounded([...left, ...right]);
}

function bounded(texts: readonly string[]): Texts {
  const distinct = [...new Set(texts)];
  const length = distinct.reduce((sum, text) => sum + text.length, 0);
  return distinct.length <= MAX_TEXTS && length <= MAX_LENGTH ? distinct : undefined;
}
