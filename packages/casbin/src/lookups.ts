import { type Column, prefixColumn, valueColumn } from './column.ts';
import { type Node, textOf } from './expression.ts';
import { patternFunction } from './pattern.ts';
import { fieldOf, isOfRequest, reads } from './request-part.ts';
import { both, type Needs, needsOfAnswer, needsOfValue, NOTHING } from './safety.ts';
import type { Scope } from './scope.ts';

/** What is looked for in a column. */
export type Source =
  /** A value of the request, if it is a text. */
  | { readonly kind: 'value'; readonly node: Node }
  | { readonly kind: 'text'; readonly text: string }
  /** All names that the first argument of a call of a role definition reaches. */
  | { readonly kind: 'roles'; readonly call: Node }
  /** Beginnings of a value of the request. */
  | { readonly kind: 'beginnings'; readonly node: Node; readonly functionName: string };

/** A column, and what is looked for there: any of it will do. */
export interface Constraint {
  readonly column: Column;
  readonly sources: readonly Source[];
}

/** One way for a matcher to be true: where the guards are, and the rule is found in all columns. */
export interface Lookup {
  readonly guards: readonly Node[];
  readonly constraints: readonly Constraint[];
}

/**
 * Which rules a matcher can be true for.
 *
 * INVARIANT: for a rule that no lookup finds, the matcher is false, `0` or `''`, and casbin throws nothing, if the
 * needs are met.
 */
export interface Coverage {
  readonly lookups: readonly Lookup[];
  readonly needs: Needs;
}

const EVERYTHING: Coverage = { lookups: [{ guards: [], constraints: [] }], needs: NOTHING };
/** More alternatives than that are not told apart. */
const MOST_LOOKUPS = 8;

/** Finds what can be looked up for an expression. */
export function coverageOf(node: Node, scope: Scope): Coverage {
  if (node.type === 'Literal') return EVERYTHING;
  if (isOfRequest(node, scope)) return guarded(node, scope);
  switch (node.type) {
    case 'LogicalExpression':
      return node.operator === '&&' ? conjunction(node, scope) : disjunction(node, scope);
    case 'BinaryExpression':
      return comparison(node, scope);
    case 'CallExpression':
      return call(node, scope);
    case 'Identifier':
    case 'UnaryExpression':
    case 'ConditionalExpression':
    case 'MemberExpression':
    case 'ArrayExpression':
    case 'ThisExpression':
    case 'Compound':
      return EVERYTHING;
  }
}

function guarded(node: Node, scope: Scope): Coverage {
  const needs = needsOfAnswer(node, scope);
  return needs === undefined ? EVERYTHING : { lookups: [{ guards: [node], constraints: [] }], needs };
}

type Logical = Node & { readonly type: 'LogicalExpression' | 'BinaryExpression' };

// What stands to the right is evaluated where the left is true: it may pass rules over only if the left throws for
// none of them.
function conjunction({ left, right }: Logical, scope: Scope): Coverage {
  const first = coverageOf(left, scope);
  const leftNeeds = needsOfAnswer(left, scope);
  if (leftNeeds === undefined) return first;
  const second = coverageOf(right, scope);
  const lookups = first.lookups.flatMap((one) => second.lookups.map((other) => joined(one, other)));
  if (lookups.length > MOST_LOOKUPS) return first;
  return { lookups, needs: both(first.needs, leftNeeds, second.needs) ?? NOTHING };
}

function joined(one: Lookup, other: Lookup): Lookup {
  const taken = new Set(one.constraints.map(({ column }) => column.key));
  const added = other.constraints.filter(({ column }) => !taken.has(column.key));
  return { guards: [...one.guards, ...other.guards], constraints: sorted([...one.constraints, ...added]) };
}

function disjunction({ left, right }: Logical, scope: Scope): Coverage {
  const [first, second] = [coverageOf(left, scope), coverageOf(right, scope)];
  const lookups = [...first.lookups, ...second.lookups];
  if (lookups.length > MOST_LOOKUPS || lookups.some(isEverything)) return EVERYTHING;
  return { lookups: merged(lookups), needs: both(first.needs, second.needs) ?? NOTHING };
}

function isEverything({ guards, constraints }: Lookup): boolean {
  return guards.length === 0 && constraints.length === 0;
}

/** Two lookups of one column become one with more to look for. */
function merged(lookups: readonly Lookup[]): readonly Lookup[] {
  const [first, ...rest] = lookups;
  const column = first?.constraints[0]?.column.key;
  const isOne = lookups.every(
    ({ guards, constraints }) =>
      guards.length === 0 && constraints.length === 1 && constraints[0]?.column.key === column,
  );
  if (first === undefined || !isOne || rest.length === 0) return lookups;
  const sources = lookups.flatMap(({ constraints }) => constraints.flatMap((constraint) => constraint.sources));
  return [{ guards: [], constraints: [{ column: (first.constraints[0] as Constraint).column, sources }] }];
}

function comparison(node: Logical, scope: Scope): Coverage {
  const { operator, left, right } = node;
  if (operator === 'in') return membership(left, right, scope);
  if (operator !== '==' && operator !== '===') return EVERYTHING;
  const rightField = fieldOf(right, scope);
  const position = rightField ?? fieldOf(left, scope);
  const value = rightField === undefined ? right : left;
  if (position === undefined || !isOfRequest(value, scope)) return EVERYTHING;
  const needs = needsOfValue(value, scope);
  const source = sourceOf(value);
  return needs === undefined || source === undefined ? EVERYTHING : found(valueColumn(position), [source], needs);
}

function membership(left: Node, right: Node, scope: Scope): Coverage {
  const position = fieldOf(left, scope);
  if (position === undefined || right.type !== 'ArrayExpression') return EVERYTHING;
  const sources = right.elements.map((element) => (element.type === 'Literal' ? sourceOf(element) : undefined));
  const known = sources.flatMap((source) => source ?? []);
  return known.length < sources.length ? EVERYTHING : found(valueColumn(position), known, NOTHING);
}

// A number is loosely equal to many texts.
function sourceOf(value: Node): Source | undefined {
  if (value.type !== 'Literal') return { kind: 'value', node: value };
  return typeof value.value === 'string' ? { kind: 'text', text: value.value } : undefined;
}

function call(node: Node & { readonly type: 'CallExpression' }, scope: Scope): Coverage {
  const needs = needsOfAnswer(node, scope);
  const [value, member, domain] = node.arguments;
  if (needs === undefined || node.callee.type !== 'Identifier' || value === undefined || member === undefined) {
    return EVERYTHING;
  }
  const position = fieldOf(member, scope);
  const callee = scope.callee(node.callee.name);
  if (position === undefined || callee === undefined || !isOfRequest(value, scope)) return EVERYTHING;
  if (callee.kind === 'role') {
    const isKnown = domain === undefined || isOfRequest(domain, scope);
    return isKnown ? found(valueColumn(position), [{ kind: 'roles', call: node }], needs) : EVERYTHING;
  }
  const pattern = patternFunction(callee.name);
  if (pattern?.prefixOf === undefined || callee.kind !== 'known') return EVERYTHING;
  const column = prefixColumn(position, callee.name, pattern.prefixOf);
  return found(column, [{ kind: 'beginnings', node: value, functionName: callee.name }], needs);
}

function found(column: Column, sources: readonly Source[], needs: Needs): Coverage {
  return { lookups: [{ guards: [], constraints: [{ column, sources }] }], needs };
}

function sorted(constraints: readonly Constraint[]): readonly Constraint[] {
  return constraints.toSorted((a, b) => (a.column.key < b.column.key ? -1 : 1));
}

/** What can be looked up of a request without its value at a position: more rules than with any value of it. */
export function withoutValue({ lookups, needs }: Coverage, position: number, scope: Scope): Coverage {
  const isKnown = (node: Node): boolean => !reads(node, position, scope);
  return {
    lookups: lookups.map(({ guards, constraints }) => ({
      guards: guards.filter(isKnown),
      constraints: constraints.filter(({ sources }) => sources.map(nodeOf).every((node) => !node || isKnown(node))),
    })),
    needs: { ...needs, prechecks: needs.prechecks.filter(({ node }) => isKnown(node)) },
  };
}

function nodeOf(source: Source): Node | undefined {
  switch (source.kind) {
    case 'text':
      return undefined;
    case 'roles':
      return source.call;
    case 'value':
    case 'beginnings':
      return source.node;
  }
}

/** A source in the words of the matcher. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'value':
      return textOf(source.node);
    case 'text':
      return JSON.stringify(source.text);
    case 'roles':
      return textOf(source.call);
    case 'beginnings':
      return `${source.functionName}(${textOf(source.node)})`;
  }
}
