import type { Lookups } from './candidates.ts';
import { compile, type Compiler, type RoleCall } from './compile.ts';
import type { Node } from './expression.ts';
import type { Evaluate, Frame } from './frame.ts';
import type { NameSet } from './name-set.ts';
import { nameOf } from './name.ts';
import { onlyText } from './pattern.ts';
import { reads } from './request-part.ts';
import { DEFAULT_DOMAIN, hasMatching } from './role-reach.ts';

/** What cannot be told without the value that is left open. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A matcher about a request of which one value is left open. */
export interface OpenPlan extends Lookups {
  /**
   * What the matcher evaluates to for a rule and a text that nothing names, or `UNKNOWN`.
   *
   * INVARIANT: for every text that `names` was not given, the matcher gives the same, or `UNKNOWN` was returned.
   */
  readonly evaluate: (frame: Frame, names: NameSet) => unknown;
}

type OpenEvaluate = OpenPlan['evaluate'];
type Binary = Node & { readonly type: 'BinaryExpression' | 'LogicalExpression' };
type Call = Node & { readonly type: 'CallExpression' };

const COMPARISONS: readonly string[] = ['==', '===', '!=', '!=='];

/**
 * Reads a matcher for a request without its value at a position. A text that is only compared, with texts and with names
 * of roles, is as good as any other that it is compared with nowhere.
 */
export function compileOpen(node: Node, position: number, compiler: Compiler): OpenEvaluate {
  const { scope } = compiler;
  const isOpen = (part: Node | undefined): boolean => part !== undefined && reads(part, position, scope);
  // `eval` changes with the rule.
  if (!isOpen(node)) return compile(node, compiler);
  switch (node.type) {
    case 'LogicalExpression':
      return logical(node, position, compiler);
    case 'UnaryExpression':
      return node.operator === '!' ? negation(compileOpen(node.argument, position, compiler)) : unknown;
    case 'BinaryExpression': {
      const isLeft = isOpen(node.left);
      const [own, other] = isLeft ? [node.left, node.right] : [node.right, node.left];
      if (own.type !== 'Identifier' || isOpen(other)) return unknown;
      if (COMPARISONS.includes(node.operator)) return comparison(node, other, compiler);
      return isLeft && node.operator === 'in' ? membership(node, compiler) : unknown;
    }
    case 'CallExpression': {
      const [own, ...others] = node.arguments;
      return own?.type === 'Identifier' && isOpen(own) && !others.some(isOpen) ? call(node, compiler) : unknown;
    }
    case 'Literal':
    case 'Identifier':
    case 'ConditionalExpression':
    case 'MemberExpression':
    case 'ArrayExpression':
    case 'ThisExpression':
    case 'Compound':
      return unknown;
  }
}

function unknown(): typeof UNKNOWN {
  return UNKNOWN;
}

// Where one side is unknown, the other may tell that the whole is not true.
function logical(node: Binary, position: number, compiler: Compiler): OpenEvaluate {
  const [left, right] = [node.left, node.right].map((part) => compileOpen(part, position, compiler)) as [
    OpenEvaluate,
    OpenEvaluate,
  ];
  const isAnd = node.operator === '&&';
  return (frame, names) => {
    const first = left(frame, names);
    if (first !== UNKNOWN) return Boolean(first) === isAnd ? right(frame, names) : first;
    const second = right(frame, names);
    return isAnd && second !== UNKNOWN && !second ? false : UNKNOWN;
  };
}

function negation(argument: OpenEvaluate): OpenEvaluate {
  return (frame, names) => {
    const value = argument(frame, names);
    return value === UNKNOWN ? UNKNOWN : !value;
  };
}

// A number is loosely equal to many texts.
function comparison(node: Binary, other: Node, compiler: Compiler): OpenEvaluate {
  const isLoose = node.operator.length === 2;
  const [whole, value] = [compile(node, compiler), compile(other, compiler)];
  return (frame, names) => {
    const found = value(frame);
    if (typeof found === 'string') names.add(found);
    else if (isLoose && found !== undefined && found !== null) return UNKNOWN;
    return whole(frame);
  };
}

function membership(node: Binary, compiler: Compiler): OpenEvaluate {
  if (node.right.type !== 'ArrayExpression') return unknown;
  const [whole, list] = [compile(node, compiler), compile(node.right, compiler)];
  return (frame, names) => {
    for (const found of list(frame) as readonly unknown[]) if (typeof found === 'string') names.add(found);
    return whole(frame);
  };
}

function call(node: Call, compiler: Compiler): OpenEvaluate {
  const callee = node.callee.type === 'Identifier' ? compiler.scope.callee(node.callee.name) : undefined;
  const whole = compile(node, compiler);
  const [, second, domain] = node.arguments;
  if (second === undefined) return unknown;
  if (callee?.kind === 'role') {
    const role = { number: 0, callee, name: compile(second, compiler), domain: domain && compile(domain, compiler) };
    return node.arguments.length > 3 ? unknown : roleCall(whole, role);
  }
  return callee?.kind === 'known' && node.arguments.length === 2
    ? pattern(callee.name, whole, compile(second, compiler))
    : unknown;
}

function roleCall(whole: Evaluate, { callee, name: role, domain }: RoleCall): OpenEvaluate {
  return (frame, names) => {
    const manager: unknown = callee.assertion.rm;
    if (hasMatching(manager)) return UNKNOWN;
    const place = domain === undefined ? DEFAULT_DOMAIN : String(domain(frame));
    names.addMembers(manager, nameOf(role(frame)), place);
    return whole(frame);
  };
}

function pattern(functionName: string, whole: Evaluate, second: Evaluate): OpenEvaluate {
  return (frame, names) => {
    const text = onlyText(functionName, nameOf(second(frame)));
    if (text === undefined) return UNKNOWN;
    names.add(text);
    return whole(frame);
  };
}
