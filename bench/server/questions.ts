import type { JsonObject } from '../../packages/cardea/src/ast/json.ts';
import type { Policy } from '../../packages/cardea/src/model/policy.ts';
import { below, type Random } from '../random.ts';
import type { Workload } from '../workload.ts';

const DEPARTMENTS = 50;
const USERS = 10_000;

/**
 * Members of a department may read one type of resource, a policy each: what every decision point can say. Half of the
 * questions are answered with yes.
 */
export const departments: Workload = {
  id: 'H1',
  variant: 'departments',
  policy: (number): Policy => ({
    uid: `p${number}`,
    effect: 'allow',
    subjects: [{ type: 'user', department: departmentOf(number) }],
    actions: ['read'],
    resources: [{ type: typeOf(number) }],
  }),
  inquiry: (random, { uid }) => inquiryOf(random, Number(uid.slice(1))),
};

/** A question about the policy of this number: the body of an evaluation is the inquiry itself. */
function inquiryOf(random: Random, number: number): JsonObject {
  const department = departmentOf(random() < 0.5 ? number : number + 1);
  return {
    subject: { type: 'user', id: `user${below(random, USERS)}`, properties: { department } },
    action: { name: 'read' },
    resource: { type: typeOf(number), id: `id${below(random, USERS)}` },
  };
}

/** The department whose members may read what the policy of this number is about. */
export function departmentOf(number: number): string {
  return `department${number % DEPARTMENTS}`;
}

/** The type of resource that the policy of this number is about. */
export function typeOf(number: number): string {
  return `type${number}`;
}
