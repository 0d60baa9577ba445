import { type Node, partsOf } from './expression.ts';
import type { Scope } from './scope.ts';

/** Whether an expression depends on the request alone, and evaluating it has no effect. */
export function isOfRequest(node: Node, scope: Scope): boolean {
  switch (node.type) {
    case 'Literal':
      return true;
    case 'Identifier':
      return scope.requestPosition(node.name) !== undefined;
    case 'ThisExpression':
    case 'Compound':
      return false;
    case 'CallExpression': {
      if (node.callee.type !== 'Identifier') return false;
      const callee = scope.callee(node.callee.name);
      if (callee === undefined || callee.kind === 'custom' || callee.kind === 'eval') return false;
      return node.arguments.every((argument) => isOfRequest(argument, scope));
    }
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'MemberExpression':
    case 'ArrayExpression':
      return partsOf(node).every((part) => isOfRequest(part, scope));
  }
}

/** The position of the rule's field that an expression is, or undefined. */
export function fieldOf(node: Node, scope: Scope): number | undefined {
  return node.type === 'Identifier' ? scope.rulePosition(node.name) : undefined;
}

/** Whether an expression reads this value of the request: what `eval` stands for may. */
export function reads(node: Node, position: number, scope: Scope): boolean {
  if (node.type === 'Identifier') return scope.requestPosition(node.name) === position;
  return isEval(node, scope) || partsOf(node).some((part) => reads(part, position, scope));
}

function isEval(node: Node, scope: Scope): boolean {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    scope.callee(node.callee.name)?.kind === 'eval'
  );
}
