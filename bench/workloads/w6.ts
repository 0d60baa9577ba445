import { PolicyIndex } from '../../packages/cardea/src/engine/policy-index.ts';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { engineAllows, guardAllows } from '../contestants/cardea.ts';
import type { Contestant } from '../contestant.ts';
import { FUNCTIONS, lowered } from '../load-index.ts';
import { race, ROUNDS } from '../measure.ts';
import { Oracle } from '../oracle.ts';
import { cedar } from '../peers/cedar.ts';
import { loadedOrRow, type RunOptions } from '../race-workload.ts';
import { pick, randomOf } from '../random.ts';
import type { Row } from '../row.ts';
import type { Application, Request } from './w6-application.ts';
import { gdrive } from './w6-gdrive.ts';
import { github } from './w6-github.ts';

const WORLDS = 4;

/** Both applications with so many entities of each kind. */
export async function oopsla(n: number, options: RunOptions): Promise<readonly Row[]> {
  return [...(await run(gdrive, n, options)), ...(await run(github, n, options))];
}

async function run(application: Application, n: number, { peers, progress, ...rest }: RunOptions): Promise<Row[]> {
  const { name, policies } = application;
  progress(`W6 ${name} ${n}`);
  const requests = new Map<string, Request>();
  const sampled = new Map<string, Request>();
  const worlds = Array.from({ length: WORLDS }, (_, at) => application.world(n, randomOf(`W6 ${name} world ${n}`, at)));
  const inquiries = (round: number, count: number): readonly Inquiry[] => {
    // Those of the round before are not asked again, and would only be in the way of the garbage collector.
    if (round < ROUNDS) requests.clear();
    for (const [inquiry, request] of sampled) requests.set(inquiry, request);
    const random = randomOf(`W6 ${name} inquiries ${n}`, round);
    return Array.from({ length: count }, () => {
      const request = pick(random, worlds).request(random);
      requests.set(JSON.stringify(request.inquiry), request);
      return request.inquiry;
    });
  };
  const oracle = new Oracle(inquiries(3_000, 200), FUNCTIONS);
  for (const [inquiry, request] of requests) sampled.set(inquiry, request);
  const index = new PolicyIndex(FUNCTIONS);
  index.load(policies.map(lowered));
  policies.forEach((policy) => oracle.add(lowered(policy)));
  const contestants: Contestant[] = [
    { decide: engineAllows({ index, exact: () => true, bytesPerItem: 0, itemsPerSecond: 0 }).decide, ...ENGINE },
    await guardAllows(policies),
  ];
  const absent: Row[] = [];
  if (peers) {
    const about = { workload: 'W6', variant: name, n, subject: 'cedar-wasm' };
    const made = await loadedOrRow(() => cedar(application, requests), about);
    if ('decide' in made) contestants.push(made);
    else absent.push(made);
  }
  const matchedPercent = oracle.matchedPercent();
  const rows = await race(contestants, {
    workload: 'W6',
    n,
    sample: oracle.expected(),
    matchedPercent,
    inquiries,
    ...rest,
  });
  for (const { close } of contestants) await close?.();
  return [...rows.map((row) => ({ ...row, variant: `${name}: ${row.variant}` })), ...absent];
}

const ENGINE = { subject: 'cardea', variant: 'engine.allows' } as const;
