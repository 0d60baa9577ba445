import { PolicyIndex } from '../../packages/cardea/src/engine/policy-index.ts';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { linkUid, type PolicyLink } from '../../packages/cardea/src/model/link.ts';
import type { Policy } from '../../packages/cardea/src/model/policy.ts';
import type { EngineChange } from '../../packages/cardea/src/ports/engine.ts';
import { engineAllows, guardAllows } from '../contestants/cardea.ts';
import { spent } from '../clock.ts';
import type { Contestant } from '../contestant.ts';
import { decideOver, FUNCTIONS, lowered } from '../load-index.ts';
import { type Expected, race } from '../measure.ts';
import { bytesInUse } from '../memory.ts';
import { casbin, fastEnforcer, type Triple } from '../peers/casbin.ts';
import { Oracle } from '../oracle.ts';
import { loadedOrRow, MOST_FOR_GUARD, type RunOptions } from '../race-workload.ts';
import { below, randomOf } from '../random.ts';
import type { Row } from '../row.ts';

const VARIANT = 'links of one template';
/** Each user has ten objects, and each object ten users: a fifth of a name for each rule. */
const PER_USER = 10;
const CHUNK = 10_000;
const MOST_FOR_PEERS = 1_000_000;

/** Exact triples `/userX`, `/objY`, `read` as links of one template; half of the inquiries hit. */
export async function exactTriples(n: number, options: RunOptions): Promise<readonly Row[]> {
  const { peers, progress } = options;
  progress(`W1 ${n}: linking`);
  const sample = expected(n);
  const contestants: Contestant[] = [engineAllows(await linked(n, sample))];
  if (n <= MOST_FOR_GUARD) contestants.push(await guardAllows([TEMPLATE], policyLinks(n)));
  const absent: Row[] = [];
  if (peers && n <= MOST_FOR_PEERS) {
    for (const [subject, load] of [
      ['casbin', casbin],
      ['FastEnforcer', fastEnforcer],
    ] as const) {
      progress(`W1 ${n}: loading ${subject}`);
      const made = await loadedOrRow(() => load(triples(n)), { workload: 'W1', variant: VARIANT, n, subject });
      if ('decide' in made) contestants.push(made);
      else absent.push(made);
    }
  }
  progress(`W1 ${n}: deciding`);
  const rows = await race(contestants, {
    workload: 'W1',
    n,
    sample,
    ...(options.budgetMs === undefined ? {} : { budgetMs: options.budgetMs }),
    inquiries: (round, count) => inquiries(n, round, count).map(({ inquiry }) => inquiry),
  });
  for (const { close } of contestants) await close?.();
  return [...rows.map((row) => ({ ...row, variant: `${VARIANT}: ${row.variant}` })), ...absent];
}

const TEMPLATE: Policy = {
  uid: 'acl',
  effect: 'allow',
  slots: ['subject', 'action', 'resource'],
  subjects: [{ $slot: 'subject' }],
  actions: [{ $slot: 'action' }],
  resources: [{ $slot: 'resource' }],
};

async function linked(n: number, sample: readonly Expected[]): Promise<Parameters<typeof engineAllows>[0]> {
  const before = await bytesInUse();
  const index = new PolicyIndex(FUNCTIONS);
  index.load([lowered(TEMPLATE)]);
  let cpuNs = 0;
  for (let from = 0; from < n; from += CHUNK) {
    const changes = Array.from({ length: Math.min(CHUNK, n - from) }, (_, at) => link(triple(from + at, n)));
    cpuNs += spent(() => index.apply(changes)).cpuNs;
  }
  const bytesPerItem = ((await bytesInUse()) - before) / n;
  const exact = (): boolean => agreesWithReference(index, n, sample);
  return { index, exact, bytesPerItem, itemsPerSecond: n / (cpuNs / 1e9) };
}

/**
 * Whether what is expected, and the whole decisions of the index, are what the reference decides over a policy for
 * each triple. Those of other subjects than the sample has would be false for all of it, and are not made.
 */
function agreesWithReference(index: PolicyIndex, n: number, sample: readonly Expected[]): boolean {
  const inquiries = sample.map(({ inquiry }) => inquiry);
  const subjects = new Set<unknown>(inquiries.map(({ subject }) => subject));
  const oracle = new Oracle(inquiries, FUNCTIONS);
  for (const rule of triples(n)) if (subjects.has(rule[0])) oracle.add(lowered(policy(rule)));
  const decisions = oracle.decisions();
  return sample.every(({ inquiry, allowed }, at) => {
    const wanted = decisions[at];
    return wanted?.allowed === allowed && JSON.stringify(decideOver(index, inquiry)) === JSON.stringify(wanted);
  });
}

function policy([subject, object, action]: Triple): Policy {
  const names = { subjects: [{ $eq: subject }], actions: [{ $eq: action }], resources: [{ $eq: object }] };
  return { uid: linkUid('acl', [subject, action, object]), effect: 'allow', ...names };
}

function link([subject, object, action]: Triple): EngineChange {
  return { type: 'link', template: 'acl', values: [subject, action, object] };
}

/** The rule of this number; from n on, triples that are no rules although their names occur. */
function triple(number: number, n: number): Triple {
  const names = Math.max(2 * PER_USER, Math.floor(n / PER_USER));
  const user = number % names;
  const object = (user * 7_919 + Math.floor(number / names) * 104_729) % names;
  return [`/user${user}`, `/obj${object}`, 'read'];
}

function* policyLinks(n: number): Iterable<PolicyLink> {
  for (const [subject, resource, action] of triples(n))
    yield { template: 'acl', values: { subject, action, resource } };
}

function* triples(n: number): Iterable<Triple> {
  for (let number = 0; number < n; number++) yield triple(number, n);
}

function inquiries(n: number, round: number, count: number): readonly Expected[] {
  const random = randomOf('W1 inquiries', round);
  return Array.from({ length: count }, () => {
    const allowed = random() < 0.5;
    const [subject, resource, action] = triple(below(random, n) + (allowed ? 0 : n), n);
    return { inquiry: { subject, action, resource } satisfies Inquiry, allowed };
  });
}

function expected(n: number): readonly Expected[] {
  return inquiries(n, 3_000, 200);
}
