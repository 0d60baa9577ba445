import type { Enforcer } from 'casbin';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import { spent, spentLater } from './clock.ts';
import { asking, type Contestant } from './contestant.ts';
import { bytesInUse } from './memory.ts';

/** casbin, or what stands in for it. */
export interface CasbinLibrary {
  readonly newModelFromString: (text: string) => object;
  readonly newEnforcer: (model: object) => Promise<Enforcer>;
}

/** A model and what is loaded into it; the rules in pieces, so that no list of them all is needed. */
export interface CasbinPolicy {
  readonly model: string;
  readonly rules: () => Iterable<string[][]>;
  readonly links: () => string[][];
  /** What is asked first. An index that is made by the first request is part of loading. */
  readonly first: Inquiry;
  /** The request's values in the order of the model. */
  readonly values: (inquiry: Inquiry) => readonly unknown[];
}

/** An enforcer with the policy, asked without promises, which is quicker in both libraries. */
export async function casbinContestant(
  subject: string,
  library: CasbinLibrary,
  { model, rules, links, first, values }: CasbinPolicy,
): Promise<Contestant> {
  const before = await bytesInUse();
  const enforcer = await library.newEnforcer(library.newModelFromString(model));
  let [count, cpuNs] = [0, 0];
  for (const piece of rules()) {
    count += piece.length;
    cpuNs += (await spentLater(async () => void (await enforcer.addPolicies(piece)))).cpuNs;
  }
  const all = links();
  count += all.length;
  if (all.length > 0) cpuNs += (await spentLater(async () => void (await enforcer.addGroupingPolicies(all)))).cpuNs;
  cpuNs += spent(() => void enforcer.enforceSync(...values(first))).cpuNs;
  return {
    subject,
    variant: 'enforceSync',
    itemsPerSecond: count / (cpuNs / 1e9),
    // the links that were handed over are in use by the caller until here
    bytesPerItem: ((await bytesInUse()) - before) / count,
    decide: asking({ question: values, allows: (question) => enforcer.enforceSync(...question) }),
  };
}
