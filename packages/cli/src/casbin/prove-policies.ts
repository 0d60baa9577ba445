import type { CasbinPolicies, Enforcer } from '@cardea/casbin';
import { Guard, type Json, MemoryStorage } from 'cardea';
import { sampleRequests } from './sample-requests.ts';

/** What two ways of deciding said of the same requests. */
export interface Proof {
  readonly requests: number;
  readonly allowed: number;
  /** Requests of which casbin has an error to tell, and which Cardea denies. */
  readonly errors: number;
  readonly differing: readonly {
    readonly request: readonly Json[];
    readonly casbin: boolean;
    readonly cardea: boolean;
  }[];
}

/** Asks an enforcer and a guard over its policies the same requests. */
export async function provePolicies(enforcer: Enforcer, casbin: CasbinPolicies, count: number): Promise<Proof> {
  const guard = new Guard(new MemoryStorage(casbin.policies));
  await guard.ready();
  const proof = { requests: 0, allowed: 0, errors: 0 };
  const differing: Proof['differing'][number][] = [];
  for (const { values, inquiry } of sampleRequests(casbin, await textsOf(enforcer), count)) {
    const said = await answerOf(enforcer, values);
    const { allowed } = guard.decide(inquiry);
    proof.requests += 1;
    if (said === true) proof.allowed += 1;
    if (said === undefined) proof.errors += 1;
    if ((said ?? false) !== allowed) differing.push({ request: values, casbin: said ?? false, cardea: allowed });
  }
  return { ...proof, differing };
}

async function answerOf(enforcer: Enforcer, values: readonly Json[]): Promise<boolean | undefined> {
  try {
    return await enforcer.enforce(...values);
  } catch {
    // A pattern that is none, for example: casbin allows nothing then.
    return undefined;
  }
}

const MOST_TEXTS = 1000;

/** Texts that patterns of rules may fit: with their names and stars filled in, and the words in them. */
async function textsOf(enforcer: Enforcer): Promise<readonly string[]> {
  const fields = (await enforcer.getPolicy()).flat().filter((field) => /[*:{(^$|]/.test(field));
  const filled = fields.map((field) => field.replace(/:\w+|\{\w+\}/g, '1').replaceAll('*', 'x'));
  const words = fields.flatMap((field) => field.match(/\w+/g) ?? []);
  return [...new Set([...filled, ...words])].slice(0, MOST_TEXTS);
}
