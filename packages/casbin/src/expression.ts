import { Util } from '../upstream.cjs';
import { parse } from './evaluation.ts';

/** A matcher as casbin's own parser reads it. */
export type Node =
  | { readonly type: 'Literal'; readonly value: string | number | boolean | null }
  | { readonly type: 'Identifier'; readonly name: string }
  | { readonly type: 'UnaryExpression'; readonly operator: string; readonly argument: Node }
  | {
      readonly type: 'BinaryExpression' | 'LogicalExpression';
      readonly operator: string;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly type: 'ConditionalExpression'; readonly test: Node; readonly consequent: Node; readonly alternate: Node }
  | { readonly type: 'MemberExpression'; readonly object: Node; readonly property: Node; readonly computed: boolean }
  | { readonly type: 'CallExpression'; readonly callee: Node; readonly arguments: readonly Node[] }
  | { readonly type: 'ArrayExpression'; readonly elements: readonly Node[] }
  | { readonly type: 'ThisExpression' | 'Compound' };

/**
 * Parses a matcher as casbin does, the lists of its `in` included.
 *
 * @throws Error what casbin throws when it evaluates the matcher
 */
export function parseExpression(text: string): Node {
  return parse(Util.bracketCompatible(text)) as unknown as Node;
}

/** Direct parts of a node, in the order of evaluation. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'UnaryExpression':
      return [node.argument];
    case 'BinaryExpression':
    case 'LogicalExpression':
      return [node.left, node.right];
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate];
    case 'MemberExpression':
      return node.computed ? [node.object, node.property] : [node.object];
    case 'CallExpression':
      return [node.callee, ...node.arguments];
    case 'ArrayExpression':
      return node.elements;
    case 'Literal':
    case 'Identifier':
    case 'ThisExpression':
    case 'Compound':
      return [];
  }
}

/** The text of a node, for explanations: close to how it was written. */
export function textOf(node: Node): string {
  switch (node.type) {
    case 'Literal':
      return JSON.stringify(node.value);
    case 'Identifier':
      return node.name;
    case 'UnaryExpression':
      return node.operator + textOf(node.argument);
    case 'BinaryExpression':
    case 'LogicalExpression':
      return `${textOf(node.left)} ${node.operator} ${textOf(node.right)}`;
    case 'ConditionalExpression':
      return `${textOf(node.test)} ? ${textOf(node.consequent)} : ${textOf(node.alternate)}`;
    case 'MemberExpression':
      return node.computed
        ? `${textOf(node.object)}[${textOf(node.property)}]`
        : `${textOf(node.object)}.${textOf(node.property)}`;
    case 'CallExpression':
      return `${textOf(node.callee)}(${node.arguments.map(textOf).join(', ')})`;
    case 'ArrayExpression':
      return `[${node.elements.map(textOf).join(', ')}]`;
    case 'ThisExpression':
    case 'Compound':
      return node.type;
  }
}
