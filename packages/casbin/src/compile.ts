import { Util } from '../upstream.cjs';
import type { Node } from './expression.ts';
import type { Evaluate, Frame, Reach } from './frame.ts';
import { nameOf } from './name.ts';
import { synchronous } from './promise-guard.ts';
import { isOfRequest } from './request-part.ts';
import type { Callable, Callee, Scope } from './scope.ts';

/** Why a matcher is left to casbin: it has something that is not evaluated here. */
export class Unsupported extends Error {}

/** A call of a role definition, by its number. */
export interface RoleCall {
  readonly number: number;
  readonly callee: Callee & { readonly kind: 'role' };
  readonly name: Evaluate;
  readonly domain: Evaluate | undefined;
}

/** Finds what the first argument of a call reaches, or undefined where only its role manager can tell. */
export type FindReach = (call: RoleCall, frame: Frame) => Reach | undefined;

/** What is compiled in addition to the matcher itself. */
export interface Compiler {
  readonly scope: Scope;
  readonly findReach: FindReach;
  /** The calls of role definitions whose name and domain depend on the request alone. */
  readonly roleCalls: Map<Node, RoleCall>;
  /** The calls of `eval`, in the order of the matcher. */
  readonly evalCalls: Node[];
}

type Operator = (left: never, right: never) => unknown;

// Loose comparisons and conversions are the language of matchers.
const BINARY: Readonly<Record<string, Operator>> = {
  '|': (a: number, b: number) => a | b,
  '^': (a: number, b: number) => a ^ b,
  '&': (a: number, b: number) => a & b,
  // oxlint-disable-next-line eqeqeq
  '==': (a: unknown, b: unknown) => a == b,
  // oxlint-disable-next-line eqeqeq
  '!=': (a: unknown, b: unknown) => a != b,
  '===': (a: unknown, b: unknown) => a === b,
  '!==': (a: unknown, b: unknown) => a !== b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
  '<<': (a: number, b: number) => a << b,
  '>>': (a: number, b: number) => a >> b,
  '>>>': (a: number, b: number) => a >>> b,
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  in: (a: never, b: never) => Util.customIn(a, b),
};

const UNARY: Readonly<Record<string, (value: never) => unknown>> = {
  '-': (value: number) => -value,
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion
  '+': (value: number) => +value,
  '~': (value: number) => ~value,
  '!': (value: unknown) => !value,
};

// As casbin's evaluator has it: what begins or ends with these names, and whatever contains `prototype`.
const FORBIDDEN_MEMBER = /^__proto__|prototype|constructor$/;

/**
 * An expression as a function that does what casbin's evaluator does, step by step and without parsing or building
 * anything for a rule.
 *
 * @throws Unsupported for what is not evaluated here
 */
export function compile(node: Node, compiler: Compiler): Evaluate {
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      return () => value;
    }
    case 'Identifier':
      return compileName(node.name, compiler.scope);
    case 'LogicalExpression':
      return compileLogical(node.operator, compile(node.left, compiler), compile(node.right, compiler));
    case 'BinaryExpression':
      return compileBinary(node, compiler);
    case 'UnaryExpression': {
      const operator = ownOperator(UNARY, node.operator);
      const argument = compile(node.argument, compiler);
      return (frame) => operator(argument(frame) as never);
    }
    case 'ConditionalExpression': {
      const [test, consequent, alternate] = [node.test, node.consequent, node.alternate].map((part) =>
        compile(part, compiler),
      ) as [Evaluate, Evaluate, Evaluate];
      return (frame) => (test(frame) ? consequent(frame) : alternate(frame));
    }
    case 'ArrayExpression': {
      const elements = node.elements.map((element) => compile(element, compiler));
      return (frame) => elements.map((element) => element(frame));
    }
    case 'MemberExpression': {
      const [object, key] = compileMember(node, compiler);
      return (frame) => memberOf(object(frame), key(frame));
    }
    case 'CallExpression':
      return compileCall(node, compiler);
    case 'ThisExpression':
    case 'Compound':
      throw new Unsupported(`\`${node.type}\` is not looked into`);
  }
}

function compileName(name: string, scope: Scope): Evaluate {
  if (scope.callee(name) !== undefined) throw new Unsupported(`\`${name}\` is a function and is not called`);
  const rulePosition = scope.rulePosition(name);
  if (rulePosition !== undefined) return (frame) => frame.rule[rulePosition];
  const requestPosition = scope.requestPosition(name);
  if (requestPosition !== undefined) return (frame) => frame.request[requestPosition];
  if (name in Object.prototype) throw new Unsupported(`\`${name}\` is a property of every object`);
  return () => undefined;
}

function compileLogical(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  return operator === '&&' ? (frame) => left(frame) && right(frame) : (frame) => left(frame) || right(frame);
}

function compileBinary(
  node: Node & { readonly type: 'BinaryExpression' | 'LogicalExpression' },
  compiler: Compiler,
): Evaluate {
  const { operator } = node;
  const left = compile(node.left, compiler);
  const right = compile(node.right, compiler);
  // Most operators of most matchers.
  // oxlint-disable-next-line eqeqeq
  if (operator === '==') return (frame) => left(frame) == right(frame);
  const operate = ownOperator(BINARY, operator);
  return (frame) => operate(left(frame) as never, right(frame) as never);
}

function ownOperator<T>(operators: Readonly<Record<string, T>>, operator: string): T {
  const found = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (found === undefined) throw new Unsupported(`operator \`${operator}\` is none of casbin's`);
  return found;
}

function compileMember(
  node: Node & { readonly type: 'MemberExpression' },
  compiler: Compiler,
): readonly [Evaluate, Evaluate] {
  const object = compile(node.object, compiler);
  if (node.computed) return [object, compile(node.property, compiler)];
  const name = node.property.type === 'Identifier' ? node.property.name : undefined;
  if (name === undefined) throw new Unsupported('a member that is no name');
  return [object, () => name];
}

function memberOf(object: unknown, key: unknown): unknown {
  if (FORBIDDEN_MEMBER.test(key as string)) throw new Error(`Access to member "${String(key)}" disallowed.`);
  return (object as Record<string, unknown>)[key as string];
}

function compileCall(node: Node & { readonly type: 'CallExpression' }, compiler: Compiler): Evaluate {
  const args = node.arguments.map((argument) => compile(argument, compiler));
  if (node.callee.type === 'MemberExpression') {
    const [object, key] = compileMember(node.callee, compiler);
    return (frame) => {
      const self = object(frame);
      const called = memberOf(self, key(frame));
      return typeof called === 'function' ? synchronous(called.apply(self, evaluateAll(args, frame))) : undefined;
    };
  }
  if (node.callee.type !== 'Identifier') throw new Unsupported('a call of what is no name');
  const callee = compiler.scope.callee(node.callee.name);
  if (callee === undefined) return compileUnknownCall(node.callee.name, compiler.scope);
  switch (callee.kind) {
    case 'role':
      return compileRoleCall(node, callee, args, compiler);
    case 'known':
      return compileKnownCall(callee.call, args);
    case 'eval': {
      const number = compiler.evalCalls.push(node) - 1;
      return (frame) => (frame.parts[number] as Evaluate)(frame);
    }
    case 'custom':
      return (frame) => synchronous(callee.call(...evaluateAll(args, frame)));
  }
}

function compileUnknownCall(name: string, scope: Scope): Evaluate {
  // A request may have a function as a value.
  const called = compileName(name, scope);
  if (scope.requestPosition(name) !== undefined) throw new Unsupported(`\`${name}\` of the request is called`);
  return called;
}

function compileKnownCall(call: Callable, args: readonly Evaluate[]): Evaluate {
  const [first, second] = args;
  if (args.length !== 2 || first === undefined || second === undefined) {
    return (frame) => call(...evaluateAll(args, frame));
  }
  return (frame) => call(first(frame), second(frame));
}

function compileRoleCall(
  node: Node & { readonly type: 'CallExpression' },
  callee: Callee & { readonly kind: 'role' },
  args: readonly Evaluate[],
  compiler: Compiler,
): Evaluate {
  const [name, member, domain] = args;
  const { assertion } = callee;
  const bySelf: Evaluate = (frame) => frame.roleFunction(assertion)(...evaluateAll(args, frame));
  if (name === undefined || member === undefined || !isAskedByRequest(node.arguments, compiler.scope)) return bySelf;
  // A part of a matcher is compiled again where it is looked up by: one call has one number.
  const call = compiler.roleCalls.get(node) ?? { number: compiler.roleCalls.size, callee, name, domain };
  compiler.roleCalls.set(node, call);
  const { number } = call;
  return (frame) => {
    const reach = frame.reaches[number] ?? compiler.findReach(call, frame);
    if (reach === undefined) return bySelf(frame);
    frame.reaches[number] = reach;
    return reach.has(nameOf(member(frame)));
  };
}

function isAskedByRequest([name, , ...domain]: readonly Node[], scope: Scope): boolean {
  return domain.length <= 1 && [name, ...domain].every((part) => part !== undefined && isOfRequest(part, scope));
}

function evaluateAll(args: readonly Evaluate[], frame: Frame): unknown[] {
  return args.map((argument) => argument(frame));
}
