import { type Column, patternCheckColumn, presenceColumn } from './column.ts';
import { type Node, textOf } from './expression.ts';
import { isAddress, neverThrows, patternError, patternFunction } from './pattern.ts';
import { fieldOf, isOfRequest } from './request-part.ts';
import type { Scope } from './scope.ts';

/** What must hold of a value of the request. */
export type Demand = 'no error' | 'answer' | 'primitive' | 'present' | 'text' | 'address';

/** An expression of the request and what must hold of it. */
export interface Precheck {
  readonly node: Node;
  readonly demand: Demand;
}

/**
 * On what it depends that evaluating an expression throws nothing, and that what it gives is an answer: true or
 * false, a number or a text. casbin throws for other answers, and it evaluates rules that an index passes over.
 */
export interface Needs {
  readonly prechecks: readonly Precheck[];
  /** Rules that a column calls irregular may throw. */
  readonly columns: readonly Column[];
}

export const NOTHING: Needs = { prechecks: [], columns: [] };

export function both(...needs: readonly (Needs | undefined)[]): Needs | undefined {
  const all = needs.flatMap((need) => need ?? []);
  if (all.length < needs.length) return undefined;
  return { prechecks: all.flatMap(({ prechecks }) => prechecks), columns: all.flatMap(({ columns }) => columns) };
}

/** What an expression needs for being an answer, or undefined where no needs suffice. */
export function needsOfAnswer(node: Node, scope: Scope): Needs | undefined {
  if (node.type === 'Literal') return node.value === null ? undefined : NOTHING;
  if (isOfRequest(node, scope)) return needing(node, 'answer');
  switch (node.type) {
    case 'LogicalExpression':
      return both(needsOfAnswer(node.left, scope), needsOfAnswer(node.right, scope));
    case 'ConditionalExpression':
      return both(
        needsOfValue(node.test, scope),
        needsOfAnswer(node.consequent, scope),
        needsOfAnswer(node.alternate, scope),
      );
    case 'UnaryExpression':
    case 'BinaryExpression':
      return needsOfValue(node, scope);
    case 'CallExpression':
      // A missing part of a path has no value.
      return isCallOf(node, 'keyGet2') ? undefined : needsOfValue(node, scope);
    case 'Identifier':
    case 'MemberExpression':
    case 'ArrayExpression':
    case 'ThisExpression':
    case 'Compound':
      return undefined;
  }
}

/** What an expression needs for having a value, whichever. */
export function needsOfValue(node: Node, scope: Scope): Needs | undefined {
  if (node.type === 'Literal') return NOTHING;
  if (node.type === 'Identifier' && scope.callee(node.name) === undefined) return NOTHING;
  if (isOfRequest(node, scope)) return needing(node, 'no error');
  switch (node.type) {
    case 'UnaryExpression':
      return needsOfPrimitive(node.argument, scope);
    case 'BinaryExpression':
      return needsOfBinary(node, scope);
    case 'LogicalExpression':
      return both(needsOfValue(node.left, scope), needsOfValue(node.right, scope));
    case 'ConditionalExpression':
      return both(...[node.test, node.consequent, node.alternate].map((part) => needsOfValue(part, scope)));
    case 'ArrayExpression':
      return both(...node.elements.map((element) => needsOfValue(element, scope)));
    case 'CallExpression':
      return needsOfCall(node, scope);
    case 'Identifier':
    case 'MemberExpression':
    case 'ThisExpression':
    case 'Compound':
      return undefined;
  }
}

function needsOfBinary(
  node: Node & { readonly type: 'BinaryExpression' | 'LogicalExpression' },
  scope: Scope,
): Needs | undefined {
  if (node.operator !== 'in') return both(needsOfPrimitive(node.left, scope), needsOfPrimitive(node.right, scope));
  if (node.right.type !== 'ArrayExpression') return undefined;
  return both(needsOfValue(node.left, scope), needsOfValue(node.right, scope));
}

/** Converting an object may run code of the caller. */
function needsOfPrimitive(node: Node, scope: Scope): Needs | undefined {
  if (node.type === 'Literal') return NOTHING;
  if (isOfRequest(node, scope)) return needing(node, 'primitive');
  if (fieldOf(node, scope) !== undefined) return NOTHING;
  return node.type === 'ArrayExpression' ? undefined : needsOfValue(node, scope);
}

function needsOfCall(node: Node & { readonly type: 'CallExpression' }, scope: Scope): Needs | undefined {
  if (node.callee.type !== 'Identifier') return undefined;
  const callee = scope.callee(node.callee.name);
  if (callee?.kind === 'eval') return needsOfEval(callee.column, scope);
  if (callee?.kind === 'role') return needsOfRoleCall(node.arguments, scope);
  if (callee?.kind !== 'known') return undefined;
  const [text, pattern] = node.arguments;
  if (text === undefined || pattern === undefined) return undefined;
  const needs = both(...node.arguments.map((argument) => needsOfPrimitive(argument, scope)));
  if (neverThrows(callee.name)) return needs;
  if (callee.name === 'ipMatch')
    return both(needs, needsOfAddress(text, scope), needsOfPattern('ipMatch', pattern, scope));
  const texts = patternFunction(callee.name)?.needsTexts === true ? needsOfTexts(node.arguments, scope) : NOTHING;
  return both(needs, texts, needsOfPattern(callee.name === 'keyGet2' ? 'keyMatch2' : callee.name, pattern, scope));
}

// What a rule evaluates may read members of every value of the request.
function needsOfEval(column: Column, scope: Scope): Needs {
  const prechecks = scope.requestNames.map(
    (name): Precheck => ({ node: { type: 'Identifier', name }, demand: 'present' }),
  );
  return { prechecks, columns: [column] };
}

function needsOfAddress(node: Node, scope: Scope): Needs | undefined {
  return isOfRequest(node, scope) ? needing(node, 'address') : undefined;
}

function needsOfTexts(args: readonly Node[], scope: Scope): Needs | undefined {
  return both(
    ...args.map((argument) => {
      const position = fieldOf(argument, scope);
      if (position !== undefined) return { prechecks: [], columns: [presenceColumn(position)] };
      return isOfRequest(argument, scope) ? needing(argument, 'text') : undefined;
    }),
  );
}

function needsOfPattern(name: string, pattern: Node, scope: Scope): Needs | undefined {
  if (patternFunction(name)?.compile === undefined) return undefined;
  const position = fieldOf(pattern, scope);
  if (position !== undefined) return { prechecks: [], columns: [patternCheckColumn(position, name)] };
  if (pattern.type !== 'Literal' || typeof pattern.value !== 'string') return undefined;
  return patternError(name, pattern.value) === undefined ? NOTHING : undefined;
}

function needsOfRoleCall(args: readonly Node[], scope: Scope): Needs | undefined {
  const [name, member, domain] = args;
  if (name === undefined || member === undefined || args.length > 3) return undefined;
  const needs = both(needsOfPrimitive(name, scope), needsOfPrimitive(member, scope));
  return domain === undefined ? needs : both(needs, needsOfDomain(domain, scope));
}

// A domain that is missing has no text.
function needsOfDomain(domain: Node, scope: Scope): Needs | undefined {
  const position = fieldOf(domain, scope);
  if (position !== undefined) return { prechecks: [], columns: [presenceColumn(position)] };
  if (domain.type === 'Literal') return domain.value === null ? undefined : NOTHING;
  return isOfRequest(domain, scope)
    ? {
        prechecks: [
          { node: domain, demand: 'primitive' },
          { node: domain, demand: 'present' },
        ],
        columns: [],
      }
    : undefined;
}

function isCallOf(node: Node, name: string): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === name;
}

function needing(node: Node, demand: Demand): Needs {
  return { prechecks: [{ node, demand }], columns: [] };
}

/** Whether a value is what a precheck demands of it. */
export function satisfies(value: unknown, demand: Demand): boolean {
  switch (demand) {
    case 'no error':
      return true;
    case 'answer':
      return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';
    case 'primitive':
      return (typeof value !== 'object' || value === null) && typeof value !== 'symbol' && typeof value !== 'function';
    case 'text':
      return typeof value === 'string';
    case 'address':
      return isAddress(value);
    case 'present':
      return value !== undefined && value !== null;
  }
}

/** One of each. */
export function distinctNeeds({ prechecks, columns }: Needs): Needs {
  return {
    prechecks: [
      ...new Map(prechecks.map((precheck) => [`${precheck.demand} ${textOf(precheck.node)}`, precheck])).values(),
    ],
    columns: [...new Map(columns.map((column) => [column.key, column])).values()],
  };
}
