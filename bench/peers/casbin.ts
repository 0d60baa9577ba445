import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { spentLater } from '../clock.ts';
import { asking, type Contestant } from '../contestant.ts';
import { bytesInUse } from '../memory.ts';
import { nodePeer } from './install.ts';
import { pythonPeer } from './python-peer.ts';

/** A casbin rule: who may do what on which object. */
export type Triple = readonly [subject: string, object: string, action: string];

/** The access control list of casbin's own first example. */
const MODEL = join(import.meta.dirname, 'python/acl.conf');

/** What of npm's `casbin` is used here. */
interface Casbin {
  readonly newModelFromString: (text: string) => object;
  readonly newEnforcer: (model: object) => Promise<{
    addPolicies(rules: readonly Triple[]): Promise<boolean>;
    enforceSync(...request: Triple): boolean;
  }>;
}

/** npm's casbin, asked without promises, which is quicker. */
export async function casbin(rules: Iterable<Triple>): Promise<Contestant> {
  const { newEnforcer, newModelFromString } = await nodePeer<Casbin>('casbin');
  const before = await bytesInUse();
  const enforcer = await newEnforcer(newModelFromString(readFileSync(MODEL, 'utf8')));
  const { cpuNs, count } = await fill(enforcer, rules);
  return {
    subject: 'casbin',
    variant: 'enforceSync',
    itemsPerSecond: count / (cpuNs / 1e9),
    bytesPerItem: ((await bytesInUse()) - before) / count,
    decide: asking({
      question: ({ subject, resource, action }: Inquiry) => [subject, resource, action] as unknown as Triple,
      allows: (question) => enforcer.enforceSync(...question),
    }),
  };
}

// A function of its own, so that no list of ours is in use when memory is measured.
async function fill(
  enforcer: Awaited<ReturnType<Casbin['newEnforcer']>>,
  rules: Iterable<Triple>,
): Promise<{ readonly cpuNs: number; readonly count: number }> {
  const triples = [...rules];
  const { cpuNs } = await spentLater(async () => void (await enforcer.addPolicies(triples)));
  return { cpuNs, count: triples.length };
}

/** The fastest enforcer of Python's casbin, with all fields as keys. */
export function fastEnforcer(rules: Iterable<Triple>): Promise<Contestant> {
  const peer = { subject: 'FastEnforcer', variant: 'enforce', kind: 'fast-enforcer' } as const;
  return pythonPeer({ ...peer, argument: MODEL }, rules);
}
