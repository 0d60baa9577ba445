import type { RuleArgument, RuleData } from 'cardea';
import { Util } from '../../upstream.cjs';
import type { Node } from '../expression.ts';
import { textOf } from '../expression.ts';
import { nameOf } from '../name.ts';
import { toPattern } from '../linear-pattern.ts';
import { compileBraces, compileKeyMatch2 } from '../pattern.ts';
import { and, type Condition, not, or, valuesOf } from './condition.ts';
import { NotExpressible } from './not-expressible.ts';
import type { RoleMembers } from './role-members.ts';

/** What the names of a matcher stand for while one rule is read. */
export interface RuleScope {
  /** `r_sub` → 0 … */
  readonly request: ReadonlyMap<string, number>;
  readonly rule: ReadonlyMap<string, unknown>;
  readonly roles: ReadonlyMap<string, RoleMembers>;
  /** The functions that are still casbin's. */
  readonly functions: ReadonlySet<string>;
  /** An attribute of the inquiry that stands for a value of the request, or an attribute of it. */
  reference(field: number, path: readonly string[]): RuleArgument;
}

/** A value of the request, or an attribute of it. */
interface Place {
  readonly field: number;
  readonly path: readonly string[];
}

type Operand = { readonly value: unknown } | Place;
type Binary = Node & { readonly type: 'BinaryExpression' | 'LogicalExpression' };
type Call = Node & { readonly type: 'CallExpression' };

/** Values of the request that are known where a condition is read: `r.dom == p.dom &&` says which domain. */
type Known = ReadonlyMap<number, string>;

/**
 * What a matcher demands of a request for one rule.
 *
 * @throws NotExpressible naming the part that has no equal
 */
export function conditionOf(node: Node, scope: RuleScope, known: Known = new Map()): Condition {
  switch (node.type) {
    case 'LogicalExpression':
      return node.operator === '&&'
        ? conjunction(node, scope, known)
        : or(conditionOf(node.left, scope, known), conditionOf(node.right, scope, known));
    case 'UnaryExpression':
      if (node.operator === '!') return not(conditionOf(node.argument, scope, known));
      throw unexpressible(node, 'no comparison');
    case 'ConditionalExpression': {
      const test = conditionOf(node.test, scope, known);
      const [yes, no] = [node.consequent, node.alternate].map((part) => conditionOf(part, scope, known));
      return or(and(test, yes as Condition), and(not(test), no as Condition));
    }
    case 'Literal':
      if (typeof node.value === 'boolean') return node.value;
      throw unexpressible(node, 'neither true nor false');
    case 'BinaryExpression':
      return node.operator === 'in' ? membership(node, scope, known) : comparison(node, scope, known);
    case 'CallExpression':
      return call(node, scope, known);
    case 'Identifier':
    case 'MemberExpression':
    case 'ArrayExpression':
    case 'ThisExpression':
    case 'Compound':
      throw unexpressible(node, 'no comparison');
  }
}

function unexpressible(node: Node, reason: string): NotExpressible {
  return new NotExpressible(`\`${textOf(node)}\`: ${reason}`);
}

// What is compared first tells of which domain the roles are.
function conjunction(node: Node, scope: RuleScope, known: Known): Condition {
  const parts = operandsOf(node);
  const comparisons = new Map(
    parts.filter(({ type }) => type === 'BinaryExpression').map((part) => [part, conditionOf(part, scope, known)]),
  );
  const more = new Map(known);
  for (const condition of comparisons.values()) {
    if (typeof condition === 'boolean' || condition.kind !== 'atom' || condition.path.length > 0) continue;
    const [value, ...others] = valuesOf(condition.rule) ?? [];
    if (typeof value === 'string' && others.length === 0) more.set(condition.field, value);
  }
  return and(...parts.map((part) => comparisons.get(part) ?? conditionOf(part, scope, more)));
}

function operandsOf(node: Node): readonly Node[] {
  if (node.type !== 'LogicalExpression' || node.operator !== '&&') return [node];
  return [...operandsOf(node.left), ...operandsOf(node.right)];
}

function operandOf(node: Node, scope: RuleScope, known: Known): Operand {
  if (node.type === 'Literal') return { value: node.value };
  if (node.type === 'Identifier') {
    const field = scope.request.get(node.name);
    if (field === undefined) return { value: scope.rule.get(node.name) };
    const value = known.get(field);
    return value === undefined ? { field, path: [] } : { value };
  }
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
    const object = operandOf(node.object, scope, new Map());
    if ('field' in object) return { field: object.field, path: [...object.path, node.property.name] };
  }
  throw unexpressible(node, 'neither a value of the request or the rule nor an attribute of it');
}

const RULES: Readonly<Record<string, (argument: RuleArgument) => RuleData>> = {
  '==': ($eq) => ({ $eq }),
  '===': ($eq) => ({ $eq }),
  '!=': ($notEq) => ({ $notEq }),
  '!==': ($notEq) => ({ $notEq }),
  '<': ($less) => ({ $less }),
  '>': ($greater) => ({ $greater }),
  '<=': ($lessOrEqual) => ({ $lessOrEqual }),
  '>=': ($greaterOrEqual) => ({ $greaterOrEqual }),
};
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

function comparison(node: Binary, scope: RuleScope, known: Known): Condition {
  const { operator } = node;
  if (!Object.hasOwn(RULES, operator)) throw unexpressible(node, `operator \`${operator}\``);
  const [left, right] = [operandOf(node.left, scope, known), operandOf(node.right, scope, known)];
  if ('field' in left) return compared(node, operator, left, right, scope);
  if ('field' in right) return compared(node, MIRRORED[operator] ?? operator, right, left, scope);
  return constant(operator, left.value, right.value);
}

function compared(node: Node, operator: string, place: Place, other: Operand, scope: RuleScope): Condition {
  const rule = RULES[operator] as (typeof RULES)[string];
  if ('field' in other) return { kind: 'atom', ...place, rule: rule(scope.reference(other.field, other.path)) };
  const { value } = other;
  // No text is equal to what a rule does not have.
  if (value === undefined && place.path.length === 0 && !(operator in MIRRORED)) return operator.startsWith('!');
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw unexpressible(node, 'a comparison with nothing');
  }
  const argument = argumentFor(operator, place, value);
  if (Array.isArray(argument)) {
    const oneOf: Condition = { kind: 'atom', ...place, rule: { $in: argument } };
    return operator.startsWith('!') ? not(oneOf) : oneOf;
  }
  return { kind: 'atom', ...place, rule: rule(argument) };
}

// A numeral in a rule is a number for casbin where an attribute is one; a value as a whole is taken for a text.
function argumentFor(operator: string, { path }: Place, value: string | number | boolean): RuleArgument | string[] {
  const isNumeral = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  if (!isNumeral || path.length === 0 || operator.length === 3) return value;
  return operator in MIRRORED ? Number(value) : ([value, Number(value)] as string[]);
}

function constant(operator: string, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      // oxlint-disable-next-line eqeqeq
      return left == right;
    case '!=':
      // oxlint-disable-next-line eqeqeq
      return left != right;
    case '===':
      return left === right;
    case '!==':
      return left !== right;
    case '<':
      return (left as number) < (right as number);
    case '>':
      return (left as number) > (right as number);
    case '<=':
      return (left as number) <= (right as number);
    default:
      return (left as number) >= (right as number);
  }
}

function membership(node: Binary, scope: RuleScope, known: Known): Condition {
  const { right } = node;
  if (right.type !== 'ArrayExpression') throw unexpressible(node, 'what is no list is looked into');
  const one: Binary = { type: 'BinaryExpression', operator: '===', left: node.left, right };
  return or(...right.elements.map((element) => comparison({ ...one, right: element }, scope, known)));
}

function call(node: Call, scope: RuleScope, known: Known): Condition {
  const name = node.callee.type === 'Identifier' ? node.callee.name : '';
  const roles = scope.roles.get(name);
  if (roles !== undefined) return roleCondition(node, roles, scope, known);
  if (!scope.functions.has(name)) throw unexpressible(node, 'a function that has no equal');
  const [text, pattern] = node.arguments.map((argument) => operandOf(argument, scope, known));
  if (text === undefined || pattern === undefined || 'field' in pattern) {
    throw unexpressible(node, 'a pattern that is no field of the rule');
  }
  if (!('field' in text)) return constantCall(node, name, text.value, pattern.value);
  return { kind: 'atom', field: text.field, path: text.path, rule: patternRule(node, name, nameOf(pattern.value)) };
}

type Callable = (...args: unknown[]) => unknown;

/** Functions of casbin whose patterns are rules. */
const FUNCTIONS: Readonly<Record<string, Callable>> = {
  keyMatch: Util.keyMatchFunc as Callable,
  keyMatch2: Util.keyMatch2Func as Callable,
  keyMatch3: Util.keyMatch3Func as Callable,
  regexMatch: Util.regexMatchFunc as Callable,
  ipMatch: Util.ipMatchFunc as Callable,
};

/** The names of {@link RuleScope.functions} that can be. */
export const EXPRESSIBLE_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);

function constantCall(node: Node, name: string, text: unknown, pattern: unknown): boolean {
  try {
    return Boolean((FUNCTIONS[name] as Callable)(text, pattern));
  } catch (error) {
    throw unexpressible(node, error instanceof Error ? error.message : String(error));
  }
}

function patternRule(node: Node, name: string, pattern: string): RuleData {
  if (name === 'keyMatch') {
    const star = pattern.indexOf('*');
    return star < 0 ? { $eq: pattern } : { $startsWith: pattern.slice(0, star) };
  }
  if (name === 'ipMatch') return { $cidr: pattern };
  try {
    const translated = toPattern(expressionOf(name, pattern).source);
    if (translated !== undefined) return { $regexMatch: translated };
  } catch (error) {
    throw unexpressible(node, error instanceof Error ? error.message : String(error));
  }
  throw unexpressible(node, `the pattern \`${pattern}\` needs an engine that backtracks`);
}

function expressionOf(name: string, pattern: string): RegExp {
  if (name === 'keyMatch2') return compileKeyMatch2(pattern);
  return name === 'keyMatch3' ? compileBraces(pattern, '[^/]+') : new RegExp(pattern);
}

function roleCondition(node: Call, members: RoleMembers, scope: RuleScope, known: Known): Condition {
  const [name, role, domain] = node.arguments.map((argument) => operandOf(argument, scope, known));
  if (name === undefined || role === undefined || 'field' in role) {
    throw unexpressible(node, 'a role that is no field of the rule');
  }
  const asked = nameOf(role.value);
  if (domain === undefined) return isOneOf(name, members.of(asked, undefined));
  if (!('field' in domain)) return isOneOf(name, members.of(asked, String(domain.value)));
  const inDomains = members.domains.flatMap((one) => {
    const some = members.of(asked, one);
    const isThere: Condition = { kind: 'atom', field: domain.field, path: domain.path, rule: { $eq: one } };
    return some.length > 1 ? [and(isThere, isOneOf(name, some.slice(1)))] : [];
  });
  // A name has itself for a role in every domain.
  return or(isOneOf(name, [asked]), ...inDomains);
}

function isOneOf(name: Operand, names: readonly string[]): Condition {
  if (!('field' in name)) return names.includes(nameOf(name.value));
  const [first] = names;
  return { kind: 'atom', ...name, rule: names.length === 1 ? { $eq: first as string } : { $in: names } };
}
