import { and, call, or, test, value } from '../build.ts';
import type { Condition, Operand } from '../condition.ts';
import { codePointsOf, LAST_CODE_POINT } from './code-points.ts';
import { patternError } from './compile.ts';
import { expandParts } from './expand.ts';
import type { PatternNode, Place } from './node.ts';
import { parsePattern } from './parse.ts';

/**
 * The condition that a pattern is found in a value. Where the pattern is but a few literals, with
 * `^`, `$` and `.*` about them, operators say so that can be indexed and sent to a database: `eq` or
 * `in`, `startsWith`, `endsWith`, `contains`, on the value in lower case where the pattern ignores case.
 * Others become `matches`, together with the beginnings that they require.
 *
 * A value that is no string does not match: the condition is false then, whatever the pattern, and
 * unknown only for a missing value. (`eq` is false for values of other types and `matches` unknown; no
 * conjunction with an `eq` can be unknown where that is false, so false is the one answer for all.)
 *
 * INVARIANT shape-keeps-meaning: the truth is that of `what is string and what matches source`.
 *
 * @throws as {@link compilePattern}
 *
 * @example
 * ```ts
 * patternCondition(attr('action'), '^(read|write)$'); // action in ["read", "write"]
 * patternCondition(attr('resource'), '^books:'); // resource is string and resource startsWith "books:"
 * ```
 */
export function patternCondition(what: Operand, source: string): Condition {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw patternError(parsed.problem);
  const branches = branchesOf(parsed.node).map(trimmed);
  const isString = test('isType', what, value('string'));
  const shapes = branches.map((branch) => shapeOf(what, branch));
  if (shapes.every((shape) => shape !== undefined)) {
    if (shapes.some(({ always }) => always)) return isString;
    const conditions = shapes.flatMap((shape) => shape.conditions);
    if (shapes.every(({ falseOnOthers }) => falseOnOthers)) return or(...conditions);
    if (conditions.length <= MAX_CONDITIONS) return and(isString, or(...conditions));
  }
  const starts = branches.map((branch) => requiredStarts(what, branch));
  const matches = test('matches', what, value(source));
  return starts.every((start) => start !== undefined) && starts.flat().length <= MAX_CONDITIONS
    ? and(isString, or(...starts.flat()), matches)
    : and(isString, matches);
}

/** More literals than this in branches are left to `matches`, which tries them all at once. */
const MAX_CONDITIONS = 64;

/** A branch between its anchors, without what may be left out at an open end. */
interface Branch {
  readonly parts: readonly PatternNode[];
  readonly start: boolean;
  readonly end: boolean;
}

/** A branch as operators. */
interface Shape {
  readonly conditions: readonly Condition[];
  /** True for every string. */
  readonly always: boolean;
  /** False, not unknown, for every present value that is no string. */
  readonly falseOnOthers: boolean;
}

function branchesOf(node: PatternNode): readonly PatternNode[] {
  return node.kind === 'alternation' ? node.of : [node];
}

function trimmed(branch: PatternNode): Branch {
  const parts = branch.kind === 'concat' ? [...branch.of] : [branch];
  const start = trim(parts, 'text-start', 0);
  return { start, end: trim(parts, 'text-end', -1), parts };
}

// Takes the anchor off one side, and tells whether it binds: `^.*` (with `s`) is as good as no anchor.
function trim(parts: PatternNode[], anchor: Place, side: 0 | -1): boolean {
  let bound = false;
  for (let part = parts.at(side); part !== undefined; part = parts.at(side)) {
    if (part.kind === 'assertion' && part.at === anchor) bound = true;
    else if (bound && isAnything(part)) bound = false;
    else if (bound || part.kind !== 'repeat' || part.min > 0) return bound;
    parts.splice(side, 1);
  }
  return bound;
}

function isAnything(node: PatternNode): boolean {
  if (node.kind !== 'repeat' || node.min > 0 || node.max !== Number.POSITIVE_INFINITY) return false;
  const points = node.of.kind === 'set' ? codePointsOf(node.of) : undefined;
  return points !== undefined && points[0] === 0 && points[1] === LAST_CODE_POINT;
}

function shapeOf(what: Operand, { parts, start, end }: Branch): Shape | undefined {
  const exact = expandParts(parts, 'exact');
  if (exact.parts === parts.length) return shapeOfTexts(what, exact.texts, start, end);
  const folded = expandParts(parts, 'folded');
  if (folded.parts < parts.length) return undefined;
  // U+0130 (I with a dot) becomes `i` and a combining dot: lower case must not end in the middle of it.
  if (!end && folded.texts.some((text) => text.endsWith('i'))) return undefined;
  const shape = shapeOfTexts(call('lower', what), folded.texts, start, end);
  return { ...shape, falseOnOthers: false };
}

function shapeOfTexts(what: Operand, texts: readonly string[], start: boolean, end: boolean): Shape {
  if (start && end) {
    const conditions = [
      texts.length === 1 ? test('eq', what, value(texts[0] as string)) : test('in', what, value(texts)),
    ];
    return { conditions, always: false, falseOnOthers: true };
  }
  const operator = start ? 'startsWith' : end ? 'endsWith' : 'contains';
  const conditions = texts.map((text) => test(operator, what, value(text)));
  return { conditions, always: texts.includes(''), falseOnOthers: false };
}

// Necessary for a match, so that an index has something to hold on to.
function requiredStarts(what: Operand, { parts, start }: Branch): readonly Condition[] | undefined {
  if (!start) return undefined;
  const exact = expandParts(parts, 'exact').texts;
  const folded = expandParts(parts, 'folded').texts;
  if (!exact.includes('')) return exact.map((text) => test('startsWith', what, value(text)));
  return folded.includes('') ? undefined : folded.map((text) => test('startsWith', call('lower', what), value(text)));
}
