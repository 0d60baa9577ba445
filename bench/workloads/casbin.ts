import * as indexed from '@cardea/casbin';
import * as casbin from 'casbin';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { casbinContestant, type CasbinPolicy } from '../casbin-contestant.ts';
import type { Contestant } from '../contestant.ts';
import { race } from '../measure.ts';
import { fastEnforcer, type Triple } from '../peers/casbin.ts';
import { loadedOrRow, type RunOptions } from '../race-workload.ts';
import { below, randomOf } from '../random.ts';
import type { Row } from '../row.ts';

/** A kind of casbin model, with as many rules as wanted. */
export interface CasbinWorkload {
  readonly id: string;
  readonly variant: string;
  readonly model: string;
  readonly rule: (number: number, n: number) => string[];
  readonly links?: (n: number) => string[][];
  /** A request that this rule decides, and one that no rule is about. */
  readonly hit: (number: number, n: number) => Inquiry;
  readonly miss: (number: number, n: number) => Inquiry;
  /** What the rule decides. */
  readonly allows?: boolean;
  /** The request has a domain between subject and object. */
  readonly hasDomain?: boolean;
  /** More rules than these take npm's casbin longer than all else together. */
  readonly mostForCasbin?: number;
  /** Whether Python's FastEnforcer is asked the same. */
  readonly fast?: boolean;
}

const PIECE = 100_000;
const MOST_FOR_CASBIN = 100_000;
const MOST_FOR_PYTHON = 1_000_000;

/** Times ours and npm's on requests for the last rule, which a walk reaches last, and on requests for none. */
export async function casbinWorkload(
  workload: CasbinWorkload,
  n: number,
  { peers, progress, budgetMs }: RunOptions,
): Promise<readonly Row[]> {
  const { id, variant } = workload;
  const policy: CasbinPolicy = {
    model: workload.model,
    rules: () => piecesOf(workload, n),
    links: () => workload.links?.(n) ?? [],
    first: workload.hit(n - 1, n),
    values: ({ subject, action, resource, context }) =>
      workload.hasDomain === true
        ? [subject, (context as { domain: string }).domain, resource, action]
        : [subject, resource, action],
  };
  progress(`${id} ${n}: loading`);
  const contestants: Contestant[] = [await casbinContestant('@cardea/casbin', indexed, policy)];
  const absent: Row[] = [];
  if (peers && n <= (workload.mostForCasbin ?? MOST_FOR_CASBIN)) {
    progress(`${id} ${n}: loading casbin`);
    contestants.push(await casbinContestant('casbin', casbin, policy));
  }
  if (peers && workload.fast === true && n <= MOST_FOR_PYTHON) {
    progress(`${id} ${n}: loading FastEnforcer`);
    const made = await loadedOrRow(() => fastEnforcer(triplesOf(workload, n)), {
      workload: id,
      variant,
      n,
      subject: 'FastEnforcer',
    });
    if ('decide' in made) contestants.push(made);
    else absent.push(made);
  }
  progress(`${id} ${n}: deciding`);
  const asked = (round: number, count: number): readonly { readonly inquiry: Inquiry; readonly allowed: boolean }[] => {
    const random = randomOf(`${id} inquiries`, round);
    return Array.from({ length: count }, () => {
      const isHit = random() < 0.5;
      const inquiry = isHit ? workload.hit(n - 1, n) : workload.miss(below(random, n), n);
      return { inquiry, allowed: isHit === (workload.allows ?? true) };
    });
  };
  const rows = await race(contestants, {
    workload: id,
    n,
    sample: asked(3_000, 100),
    ...(budgetMs === undefined ? {} : { budgetMs }),
    inquiries: (round, count) => asked(round, count).map(({ inquiry }) => inquiry),
  });
  for (const { close } of contestants) await close?.();
  return [...rows.map((row) => ({ ...row, variant: `${variant}: ${row.variant}` })), ...absent];
}

function* piecesOf({ rule }: CasbinWorkload, n: number): Iterable<string[][]> {
  for (let from = 0; from < n; from += PIECE) {
    yield Array.from({ length: Math.min(PIECE, n - from) }, (_, at) => rule(from + at, n));
  }
}

function* triplesOf({ rule }: CasbinWorkload, n: number): Iterable<Triple> {
  for (let number = 0; number < n; number++) yield rule(number, n) as unknown as Triple;
}
