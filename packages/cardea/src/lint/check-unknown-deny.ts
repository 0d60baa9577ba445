import { FALSE } from '../ast/build.ts';
import type { AttrOperand, Condition, Operand, TestCondition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import { printOperand } from '../ast/print.ts';
import { splitTemplate } from '../ast/template.ts';
import { andTruth, notTruth, orTruth, sureTruth, type Truth } from '../ast/truth.ts';
import { foldCondition, operandsOf } from '../ast/walk.ts';
import { quote } from '../errors.ts';
import type { Policy } from '../model/policy.ts';
import { finding, type LintFinding } from './finding.ts';
import { operandKey } from './literal.ts';
import type { LintedPolicy } from './linted-policy.ts';

/** Deny policies that something missing keeps from applying: they deny less than their author may think. */
export function checkUnknownDeny(
  { policy, condition }: LintedPolicy,
  functions: FunctionTable,
): readonly LintFinding[] {
  if (policy.effect !== 'deny') return [];
  const attributes = new Map(
    operandsOf(linklessPart(policy, condition))
      .filter(isAttribute)
      .map((attribute) => [operandKey(attribute), attribute]),
  );
  const prone = [...attributes.values()].filter((attribute) => {
    const truths = truthsWithout(condition, (operand) => reads(operand, attribute, functions));
    return truths.has('unknown') && !truths.has('true');
  });
  if (prone.length === 0) return [];
  const names = prone
    .slice(0, 5)
    .map((attribute) => quote(printOperand(attribute)))
    .join(', ');
  const more = prone.length > 5 ? ` and ${prone.length - 5} more` : '';
  return [
    finding(
      'unknown-deny',
      policy.uid,
      [],
      `does not apply where ${names}${more} is missing; add \`{ $absent: true }\` with \`$or\` to deny then too`,
    ),
  ];
}

/** What a link is compared with must be there: no rule that its author could add would deny without it. */
function linklessPart({ slots }: Policy, condition: Condition): Condition {
  if (slots === undefined) return condition;
  const parts = splitTemplate(condition, slots);
  return parts.ok ? parts.rest : FALSE;
}

function isAttribute(operand: Operand): operand is AttrOperand {
  return operand.kind === 'attr' && operand.path.length > 0;
}

type Truths = ReadonlySet<Truth>;

const ANY: Truths = new Set(['true', 'false', 'unknown']);

/** The truths that a condition may have when one attribute is missing, whatever all others are. */
function truthsWithout(condition: Condition, isMissing: (operand: Operand) => boolean): Truths {
  return foldCondition<Truths>(condition, {
    constant: (value) => new Set([value ? 'true' : 'false']),
    and: (of) => of.reduce((all, part) => joined(all, part, andTruth), new Set<Truth>(['true'])),
    or: (of) => of.reduce((all, part) => joined(all, part, orTruth), new Set<Truth>(['false'])),
    not: (of) => new Set([...of].map(notTruth)),
    sure: (of) => new Set([...of].map(sureTruth)),
    test: (test) => truthsOfTest(test, isMissing),
    each: ({ over, quantifier }, where) =>
      isMissing(over) ? new Set(['unknown']) : new Set([...where, quantifier === 'some' ? 'false' : 'true']),
  });
}

function joined(left: Truths, right: Truths, join: (left: Truth, right: Truth) => Truth): Truths {
  return new Set([...left].flatMap((one) => [...right].map((other) => join(one, other))));
}

function truthsOfTest({ op, args }: TestCondition, isMissing: (operand: Operand) => boolean): Truths {
  if (!args.some(isMissing)) return ANY;
  return new Set([op === 'present' ? 'false' : 'unknown']);
}

/** Whether an operand is missing where an attribute is: also what lies below it, and what a function makes of it. */
function reads(operand: Operand, missing: AttrOperand, functions: FunctionTable): boolean {
  if (operand.kind === 'attr')
    return operand.of === missing.of && missing.path.every((name, at) => name === operand.path[at]);
  if (operand.kind !== 'call' || functions.get(operand.fn)?.missing === 'pass') return false;
  return operand.args.some((arg) => reads(arg, missing, functions));
}
