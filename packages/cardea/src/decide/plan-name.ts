import { attr, FALSE, test, TRUE, value } from '../ast/build.ts';
import type { Condition, Operand, TestCondition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import type { OpenCategory } from '../model/query-plan.ts';

/**
 * A test that may be of the open thing as a whole: there always is one, and of an entity whose type is known the name
 * tells as much as the id, which databases have a column for.
 */
export function testOfName(condition: TestCondition, { over, type }: Things): Condition {
  const [whole, other] = condition.args;
  if (!isWhole(whole, over)) return condition;
  if (condition.op === 'known' || condition.op === 'present') return TRUE;
  if (type === undefined || over === 'action') return condition;
  const rewrite = REWRITES[condition.op];
  return rewrite?.({ id: attr(over, 'id'), prefix: `${type}:`, other }) ?? condition;
}

/** Which things are open: those of a category, and of a type where they are entities of one. */
interface Things {
  readonly over: OpenCategory;
  readonly type?: string;
}

interface Name {
  readonly id: Operand;
  /** What comes before the id. */
  readonly prefix: string;
  readonly other: Operand | undefined;
}

const REWRITES: Partial<Readonly<Record<Operator, (name: Name) => Condition | undefined>>> = {
  truthy: () => TRUE,
  isType: ({ other }) => (other?.kind === 'value' ? (other.value === 'string' ? TRUE : FALSE) : undefined),
  eq: ({ id, prefix, other }) => {
    if (other?.kind !== 'value') return undefined;
    const rest = idOf(other.value, prefix);
    return rest === undefined ? FALSE : test('eq', id, value(rest));
  },
  in: ({ id, prefix, other }) => {
    if (other?.kind !== 'value' || !Array.isArray(other.value)) return undefined;
    const ids = (other.value as readonly Json[])
      .map((member) => idOf(member, prefix))
      .filter((rest) => rest !== undefined);
    return ids.length === 0 ? FALSE : test('in', id, value(ids));
  },
  startsWith: ({ id, prefix, other }) => {
    if (other?.kind !== 'value' || typeof other.value !== 'string') return undefined;
    if (prefix.startsWith(other.value)) return TRUE;
    const rest = idOf(other.value, prefix);
    return rest === undefined ? FALSE : test('startsWith', id, value(rest));
  },
};

function idOf(name: Json, prefix: string): string | undefined {
  return typeof name === 'string' && name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

function isWhole(operand: Operand | undefined, over: string): boolean {
  return operand?.kind === 'attr' && operand.of === over && operand.path.length === 0;
}
