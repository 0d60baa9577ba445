import { areDisjoint, type CodePoints, codePointsOf } from './code-points.ts';
import type { PatternNode, RepeatNode } from './node.ts';

/** With its repetitions written out, a pattern of more places than this is not looked into. */
const MAX_PLACES = 200;

/**
 * Whether a backtracking engine provably takes linear time for a search: at most a constant number of
 * steps, which depends on the pattern only, for each code point of the text. False where in doubt.
 *
 * The argument. Write counters out (`x{2,4}` is `xx(x(x)?)?`) and number the places where a set
 * stands. An *edge* is one way through the tree from having matched one place to trying another,
 * or from the start to a first place. We demand that from each place, and from the start, the sets
 * that its edges lead to are pairwise disjoint, where two ways to one place count as two edges, and
 * that no part can match the empty text in two ways. (This is more than a deterministic Glushkov
 * automaton: `(a*)*` has one, yet two ways from `a` to `a`, and is exponential.)
 *
 * Then, of all ways on from a place, at most one survives the next code point. The others end at
 * the next set, assertion or end of the pattern; each costs at most the size of the tree, and there
 * are at most as many as there are edges. When the surviving way fails later on, the engine returns to
 * its choice points, where only ways are left that cannot match the code point that stands there: each
 * fails at once and is never tried again. So one attempt takes at most (length of text + 1) × constant
 * steps. Assertions only forbid ways; the argument treats them as empty. Reaching the end of the
 * pattern ends the search.
 *
 * A search starts an attempt at each code point. Attempts after the first fail at once where the
 * pattern starts with `^` in each branch; and where nothing repeats without bound, an attempt
 * reads no more code points than there are places. One of the two is demanded.
 *
 * @see A. Brüggemann-Klein, D. Wood, One-Unambiguous Regular Languages (1998); W. Gelade, M. Gyssens,
 * W. Martens, Regular Expressions with Counting: Weak versus Strong Determinism (2012)
 */
export function isLinear(node: PatternNode): boolean {
  if (!startsAtText(node) && !isBoundedSearch(node)) return false;
  const graph: Graph = { sets: [], edges: [] };
  const whole = addNode(graph, node);
  if (whole === undefined) return false;
  return [whole.first, ...graph.edges].every((places) =>
    areDisjoint(places.map((place) => graph.sets[place] as CodePoints)),
  );
}

function startsAtText(node: PatternNode): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.at === 'text-start';
    case 'set':
      return false;
    case 'alternation':
      return node.of.every(startsAtText);
    case 'concat':
      return node.of[0] !== undefined && startsAtText(node.of[0]);
    case 'repeat':
      return node.min > 0 && startsAtText(node.of);
  }
}

function isBoundedSearch(node: PatternNode): boolean {
  switch (node.kind) {
    case 'assertion':
      // V8 also attempts a match between the halves of a surrogate pair, and finds `\B` there.
      return node.at === 'text-start' || node.at === 'text-end';
    case 'set':
      return true;
    case 'alternation':
    case 'concat':
      return node.of.every(isBoundedSearch);
    case 'repeat':
      return node.max !== Number.POSITIVE_INFINITY && isBoundedSearch(node.of);
  }
}

/** The places by number: the set at each, and where its edges lead, one entry an edge. */
interface Graph {
  readonly sets: CodePoints[];
  readonly edges: number[][];
}

/** A part of the pattern: whether it can match the empty text, and the places that it starts and ends with. */
interface Part {
  readonly empty: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const NOTHING: Part = { empty: true, first: [], last: [] };

// Undefined where a set is not known, the pattern is too large or the empty text matches in two ways.
function addNode(graph: Graph, node: PatternNode): Part | undefined {
  switch (node.kind) {
    case 'assertion':
      return NOTHING;
    case 'set':
      return addSet(graph, codePointsOf(node));
    case 'concat':
      return node.of.reduce<Part | undefined>((before, part) => then(graph, before, addNode(graph, part)), NOTHING);
    case 'alternation':
      return eitherOf(node.of.map((branch) => addNode(graph, branch)));
    case 'repeat':
      return addRepeat(graph, node);
  }
}

function addSet(graph: Graph, set: CodePoints | undefined): Part | undefined {
  if (set === undefined || graph.sets.length >= MAX_PLACES) return undefined;
  const place = graph.sets.push(set) - 1;
  graph.edges.push([]);
  return { empty: false, first: [place], last: [place] };
}

function then(graph: Graph, before: Part | undefined, after: Part | undefined): Part | undefined {
  if (before === undefined || after === undefined) return undefined;
  connect(graph, before.last, after.first);
  return {
    empty: before.empty && after.empty,
    first: before.empty ? [...before.first, ...after.first] : before.first,
    last: after.empty ? [...before.last, ...after.last] : after.last,
  };
}

function connect(graph: Graph, from: readonly number[], to: readonly number[]): void {
  for (const place of from) graph.edges[place]?.push(...to);
}

function eitherOf(branches: readonly (Part | undefined)[]): Part | undefined {
  const parts = branches.filter((branch) => branch !== undefined);
  if (parts.length < branches.length || parts.filter(({ empty }) => empty).length > 1) return undefined;
  return {
    empty: parts.some(({ empty }) => empty),
    first: parts.flatMap(({ first }) => first),
    last: parts.flatMap(({ last }) => last),
  };
}

function addRepeat(graph: Graph, { of, min, max }: RepeatNode): Part | undefined {
  let rest = max === Number.POSITIVE_INFINITY ? addLoop(graph, of) : NOTHING;
  for (let count = max === Number.POSITIVE_INFINITY ? min : max; count > 0 && rest !== undefined; count--) {
    rest = then(graph, addNode(graph, of), rest);
    if (count > min) rest = optional(rest);
  }
  return rest;
}

function addLoop(graph: Graph, of: PatternNode): Part | undefined {
  const body = optional(addNode(graph, of));
  if (body !== undefined) connect(graph, body.last, body.first);
  return body;
}

function optional(part: Part | undefined): Part | undefined {
  return part === undefined || part.empty ? undefined : { ...part, empty: true };
}
