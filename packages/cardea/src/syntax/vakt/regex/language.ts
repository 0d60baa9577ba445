import { contains } from './char-set.ts';
import type { RegexNode } from './tree.ts';

/**
 * Every text that an expression matches, where they are few and it looks at nothing around it; else undefined.
 *
 * @param limit the most texts to list
 */
export function languageOf(node: RegexNode, limit: number): readonly string[] | undefined {
  switch (node.kind) {
    case 'set':
      return charsOf(node, limit);
    case 'group':
      return languageOf(node.of, limit);
    case 'choice':
      return bounded(
        node.of.reduce<readonly string[] | undefined>((all, branch) => join(all, languageOf(branch, limit)), []),
        limit,
      );
    case 'sequence':
      return node.of.reduce<readonly string[] | undefined>(
        (all, part) => product(all, languageOf(part, limit), limit),
        [''],
      );
    case 'repeat':
      return repeatedLanguage(node, limit);
    case 'position':
    case 'look':
    case 'backreference':
      return undefined;
  }
}

function charsOf({ set }: RegexNode & { readonly kind: 'set' }, limit: number): readonly string[] | undefined {
  if (set.negative || set.classes.length > 0) return undefined;
  if (set.fold !== 'none') return undefined;
  const chars: string[] = [];
  for (let at = 0; at < set.ranges.length; at += 2) {
    const [first, last] = [set.ranges[at] as number, set.ranges[at + 1] as number];
    if (last - first + 1 + chars.length > limit) return undefined;
    for (let codePoint = first; codePoint <= last; codePoint++)
      if (contains(set, codePoint)) chars.push(String.fromCodePoint(codePoint));
  }
  return chars;
}

function repeatedLanguage(
  { of, min, max }: RegexNode & { readonly kind: 'repeat' },
  limit: number,
): readonly string[] | undefined {
  const once = languageOf(of, limit);
  if (once === undefined || max > 64) return undefined;
  let all: readonly string[] | undefined = [];
  let power: readonly string[] | undefined = [''];
  for (let count = 0; count <= max && all !== undefined && power !== undefined; count++) {
    if (count >= min) all = bounded(join(all, power), limit);
    power = product(power, once, limit);
  }
  return power === undefined ? undefined : all;
}

function join(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  return left === undefined || right === undefined ? undefined : [...new Set([...left, ...right])];
}

function product(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
  limit: number,
): readonly string[] | undefined {
  if (left === undefined || right === undefined || left.length * right.length > limit) return undefined;
  return [...new Set(left.flatMap((head) => right.map((tail) => head + tail)))];
}

function bounded(texts: readonly string[] | undefined, limit: number): readonly string[] | undefined {
  return texts !== undefined && texts.length <= limit ? texts : undefined;
}
