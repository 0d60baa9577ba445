/**
 * A pattern as a tree. Groups leave no trace but the shape of the tree: nothing reads what a group
 * captured. An empty `concat` matches the empty text.
 */
export type PatternNode = SetNode | AssertionNode | JunctionNode | RepeatNode;

/**
 * One code point of a set: a literal, a class, or `.`. With `fold`, also those that differ from it in
 * case only (simple folding); `negated` is applied last.
 */
export interface SetNode {
  readonly kind: 'set';
  readonly items: readonly SetItem[];
  readonly negated: boolean;
  readonly fold: boolean;
}

/** A part of a set. `d`, `s` and `w` are ASCII; `s` has no vertical tab (RE2). */
export type SetItem =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'escape'; readonly name: 'd' | 's' | 'w'; readonly negated: boolean }
  | { readonly kind: 'property'; readonly name: string; readonly negated: boolean };

/** A place between two code points. */
export interface AssertionNode {
  readonly kind: 'assertion';
  readonly at: Place;
}

/** The places that a pattern can name; those of lines come of `^` and `$` under the flag `m`. */
export type Place = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary';

/** One after the other, or one of them. */
export interface JunctionNode {
  readonly kind: 'concat' | 'alternation';
  readonly of: readonly PatternNode[];
}

/** `of`, at least `min` and at most `max` times; `max` may be `Infinity`. */
export interface RepeatNode {
  readonly kind: 'repeat';
  readonly of: PatternNode;
  readonly min: number;
  readonly max: number;
  readonly lazy: boolean;
}
