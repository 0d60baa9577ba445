import { allOf, test, value } from '../ast/build.ts';
import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';

/**
 * Alternatives of which each says the same but for the constant that one operand equals, as one: `x = 1 and y` or
 * `x = 2 and y` is `x in [1, 2] and y`. True of the same things; `and` does not distribute over errors.
 *
 * @param parts of a disjunction in normal form
 */
export function mergedAlternatives(parts: readonly Condition[]): readonly Condition[] {
  const groups = new Map<string, Alternative[]>();
  for (const part of parts) {
    for (const alternative of alternativesOf(part)) {
      const group = groups.get(alternative.key);
      if (group === undefined) groups.set(alternative.key, [alternative]);
      else group.push(alternative);
    }
  }
  const merged: Condition[] = [];
  const gone = new Set<Condition>();
  for (const group of [...groups.values()].sort((a, b) => b.length - a.length)) {
    const left = group.filter(({ part }) => !gone.has(part));
    const [first] = left;
    if (first === undefined || left.length < 2) continue;
    for (const { part } of left) gone.add(part);
    merged.push(allOf([...first.rest, test('in', first.left, value(left.flatMap(({ members }) => members)))]));
  }
  return [...parts.filter((part) => !gone.has(part)), ...merged];
}

/** A conjunction, as one equality and the rest. */
interface Alternative {
  readonly part: Condition;
  /** Of what is equal in those that are merged. */
  readonly key: string;
  readonly left: Operand;
  readonly members: readonly Json[];
  readonly rest: readonly Condition[];
}

function alternativesOf(part: Condition): readonly Alternative[] {
  if (part.kind !== 'and') return [];
  return part.of.flatMap((conjunct) => {
    const members = conjunct.kind === 'test' ? membersOf(conjunct) : undefined;
    const left = conjunct.kind === 'test' ? conjunct.args[0] : undefined;
    if (members === undefined || left === undefined) return [];
    const rest = part.of.filter((other) => other !== conjunct);
    return [{ part, key: canonicalJson([left, ...rest] as unknown as Json), left, members, rest }];
  });
}

function membersOf({ op, args }: TestCondition): readonly Json[] | undefined {
  const [left, right] = args;
  if (left?.kind === 'value' || right?.kind !== 'value') return undefined;
  if (op === 'eq') return [right.value];
  return op === 'in' && Array.isArray(right.value) ? (right.value as readonly Json[]) : undefined;
}
