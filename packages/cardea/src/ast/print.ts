import type { Condition, Operand } from './condition.ts';
import type { Operator } from './operators.ts';
import { foldCondition } from './walk.ts';

/**
 * A condition as one line for people, in infix form. It is not parsed back: documents hold policies.
 *
 * @example
 * ```ts
 * printCondition(and(test('eq', attr('subject', 'role'), value('admin')), not(test('present', attr('context', 'proxy')))));
 * // 'subject.role == "admin" and not present(context.proxy)'
 * ```
 */
export function printCondition(condition: Condition): string {
  return foldCondition<Printed>(condition, {
    constant: (value) => atom(String(value)),
    and: (of) => joined('and', of, 'true'),
    or: (of) => joined('or', of, 'false'),
    not: (of) => atom(`not ${tight(of)}`),
    sure: (of) => atom(`sure(${of.text})`),
    test: ({ op, args }) =>
      atom(FORMS[op].replace(/\$([12])/g, (_, at: string) => printArgument(args[Number(at) - 1]))),
    each: ({ quantifier, over, as }, where) => atom(`${quantifier} ${as} in ${printOperand(over)}: (${where.text})`),
  }).text;
}

/**
 * An operand as text: `subject.role`, `"admin"`, `lower(resource)`.
 *
 * @example
 * ```ts
 * printOperand(attr('resource', 'owner', 'full name')); // 'resource.owner["full name"]'
 * ```
 */
export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'value':
      return JSON.stringify(operand.value);
    case 'attr':
      return operand.of + operand.path.map(member).join('');
    case 'item':
      return operand.name + operand.path.map(member).join('');
    case 'slot':
      return `?${operand.name}`;
    case 'call':
      return `${operand.fn}(${operand.args.map(printOperand).join(', ')})`;
  }
}

/** How a test is printed, with `$1` and `$2` for its operands. */
const FORMS: Readonly<Record<Operator, string>> = {
  eq: '$1 == $2',
  lt: '$1 < $2',
  le: '$1 <= $2',
  gt: '$1 > $2',
  ge: '$1 >= $2',
  in: '$1 in $2',
  startsWith: '$1 startsWith $2',
  endsWith: '$1 endsWith $2',
  contains: '$1 contains $2',
  matches: '$1 matches $2',
  cidr: '$1 cidr $2',
  truthy: 'truthy($1)',
  isTrue: '$1',
  isType: '$1 is $2',
  known: 'known($1)',
  present: 'present($1)',
};

interface Printed {
  readonly text: string;
  /** Whether the text needs brackets inside a junction or a negation. */
  readonly loose: boolean;
}

function atom(text: string): Printed {
  return { text, loose: false };
}

function joined(word: 'and' | 'or', of: readonly Printed[], empty: string): Printed {
  return of.length === 0 ? atom(empty) : { text: of.map(tight).join(` ${word} `), loose: true };
}

function tight(printed: Printed): string {
  return printed.loose ? `(${printed.text})` : printed.text;
}

function printArgument(operand: Operand | undefined): string {
  return operand === undefined ? '?' : printOperand(operand);
}

function member(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
