import type { Condition, Operand } from '../ast/condition.ts';
import { isScalar, type Json, type Scalar } from '../ast/json.ts';
import { readAttribute } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';

/** What a subject must have for a condition not to be false: one of these values, in an attribute or in a list. */
export interface SubjectTokens {
  /** Of the attribute, and whether it is a list: equal needs have one. */
  readonly name: string;
  readonly path: readonly string[];
  readonly isList: boolean;
  readonly values: readonly Scalar[];
}

/** What a condition on the subject needs, one for each way to fulfil it; undefined where anything may do. */
export function subjectTokens(condition: Condition): readonly SubjectTokens[] | undefined {
  if (condition.kind === 'const' && !condition.value) return [];
  if (condition.kind === 'and') return fewest(condition.of.map(subjectTokens));
  if (condition.kind === 'or') {
    const parts = condition.of.map(subjectTokens).filter((part) => part !== undefined);
    return parts.length === condition.of.length ? parts.flat() : undefined;
  }
  if (condition.kind === 'each') {
    const { quantifier, over, as, where } = condition;
    const path = quantifier === 'some' ? subjectPath(over) : undefined;
    const values = valuesOf(
      where,
      (operand) => operand.kind === 'item' && operand.name === as && operand.path.length === 0,
    );
    return path && values && [tokens(path, values, { isList: true })];
  }
  const path =
    condition.kind === 'test' && condition.args[0] !== undefined ? subjectPath(condition.args[0]) : undefined;
  const values = path && valuesOf(condition, (operand) => operand.kind === 'attr');
  return path && values && [tokens(path, values, { isList: false })];
}

/** The last, which is the id where a user is named by type and id. */
function fewest(parts: readonly (readonly SubjectTokens[] | undefined)[]): readonly SubjectTokens[] | undefined {
  return parts.findLast((part) => part !== undefined);
}

function tokens(
  path: readonly string[],
  values: readonly Scalar[],
  { isList }: { readonly isList: boolean },
): SubjectTokens {
  return { name: JSON.stringify([isList, ...path]), path, isList, values };
}

function subjectPath(operand: Operand): readonly string[] | undefined {
  return operand.kind === 'attr' && operand.of === 'subject' ? operand.path : undefined;
}

function valuesOf(condition: Condition, isAbout: (operand: Operand) => boolean): readonly Scalar[] | undefined {
  if (condition.kind !== 'test' || condition.args[0] === undefined || !isAbout(condition.args[0])) return undefined;
  const [, right] = condition.args;
  if (right?.kind !== 'value') return undefined;
  if (condition.op === 'eq') return isScalar(right.value) ? [right.value] : undefined;
  if (condition.op !== 'in' || !Array.isArray(right.value)) return undefined;
  return right.value.every(isScalar) ? right.value : undefined;
}

/**
 * The values of an inquiry that tokens of this kind are looked up by; undefined where each of them may fit, because
 * something is missing or no list, so that nobody knows.
 */
export function valuesIn(inquiry: Inquiry, { path, isList }: SubjectTokens): readonly Json[] | undefined {
  const value = readAttribute(inquiry, 'subject', path);
  if (value === undefined) return undefined;
  if (!isList) return [value];
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}
