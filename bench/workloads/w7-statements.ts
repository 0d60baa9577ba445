import { MemoryStorage } from '../../packages/cardea/src/storage/memory.ts';
import { documentOf, parseDirectory, StatementGuard } from '../../packages/cardea/src/statements/index.ts';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { asking, type Contestant } from '../contestant.ts';
import { race } from '../measure.ts';
import type { RunOptions } from '../race-workload.ts';
import { below, pick, type Random, randomOf } from '../random.ts';
import type { Row } from '../row.ts';

const ID = 'W7s';
const OBJECTS = 2_000;
const SAMPLE = 200;
const STATEMENTS_IN_A_GROUP = 10;
const GROUPS_OF_A_USER = 5;

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string;
  readonly Resource: string;
}

interface Request {
  readonly action: string;
  readonly object: Readonly<Record<string, string | number | null>>;
}

/** What one user is asked about, and the statements that are there. */
interface Setting {
  readonly directory: object;
  /** Those in effect for the user. */
  readonly effective: readonly Statement[];
  readonly actions: readonly string[];
}

/**
 * Requests over statements: the three that the prototype shipped with, or so many over a tenth as many groups, five of
 * which the user is in. Objects are rows of ten members, known ones from a pool, or new ones. `prototype` is what the
 * prototype does, in JavaScript: every pattern compiled once, the document made for each request, all patterns tried.
 */
export async function statements(n: number, { peers, progress, budgetMs }: RunOptions): Promise<readonly Row[]> {
  progress(`${ID} ${n}: loading`);
  const { directory, effective, actions } = n <= SHIPPED.length ? shipped() : manyGroups(n);
  const parsed = parseDirectory(directory);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { policies, users } = parsed.value;
  const guard = new StatementGuard(new MemoryStorage(policies), { principals: (user) => users.get(user) });
  await guard.ready();
  const random = randomOf(`${ID} objects`, 0);
  const pool = Array.from({ length: OBJECTS }, () => row(random));
  const known = (inquiry: Inquiry): Request => ({
    action: inquiry.action as string,
    object: pool[inquiry.resource as number] as Request['object'],
  });
  const anew = (inquiry: Inquiry): Request => ({
    action: inquiry.action as string,
    object: { ...known(inquiry).object },
  });
  const prototype = prototypeOf(effective);
  const cardea = (variant: string, decide: Contestant['decide']): Contestant => ({
    subject: 'cardea',
    variant,
    decide,
  });
  const contestants: Contestant[] = [
    cardea(
      'allows, known objects',
      asking({ question: known, allows: (asked) => guard.allows('u', asked.action, asked.object) }),
    ),
    cardea(
      'decide, known objects',
      asking({ question: known, allows: (asked) => guard.decide('u', asked.action, asked.object).allowed }),
    ),
    cardea(
      'allows, new objects',
      asking({ question: anew, allows: (asked) => guard.allows('u', asked.action, asked.object) }),
    ),
  ];
  if (peers)
    contestants.push({
      subject: 'prototype',
      variant: 'a loop of RegExp',
      decide: asking({ question: anew, allows: prototype }),
    });
  progress(`${ID} ${n}: deciding`);
  const inquiries = (round: number, count: number): readonly Inquiry[] => {
    const each = randomOf(`${ID} requests`, round);
    return Array.from({ length: count }, () => ({ action: pick(each, actions), resource: below(each, OBJECTS) }));
  };
  const sample = inquiries(-1, SAMPLE).map((inquiry) => ({ inquiry, allowed: prototype(known(inquiry)) }));
  const rows = await race(contestants, {
    workload: ID,
    n,
    sample,
    inquiries,
    ...(budgetMs === undefined ? {} : { budgetMs }),
  });
  await guard.close();
  const slow = rows.find(({ subject }) => subject === 'prototype')?.cpuP50Ns;
  return rows.map((each) => ({ ...each, variant: `statements: ${each.variant}`, note: ratioOf(each, slow) }));
}

/** By processor time, which a busy machine changes less than the clock. */
function ratioOf({ subject, cpuP50Ns }: Row, slow: number | null | undefined): string {
  if (subject !== 'cardea' || slow == null || cpuP50Ns == null) return '';
  return `the prototype takes ${(slow / cpuP50Ns).toFixed(0)}× the processor time`;
}

/** Explicit deny, then explicit allow, over patterns that are compiled once. */
function prototypeOf(effective: readonly Statement[]): (asked: Request) => boolean {
  const compiled = effective.map(({ Effect, Action, Resource }) => ({
    Effect,
    action: new RegExp(Action, 'i'),
    resource: new RegExp(Resource, 'i'),
  }));
  return ({ action, object }) => {
    const document = documentOf(object);
    const fitting = compiled.filter((one) => one.action.test(action) && one.resource.test(document));
    return fitting.length > 0 && fitting.every(({ Effect }) => Effect === 'Allow');
  };
}

const LISTS = 'footprint:getlist|footprint:getitem';
const SHIPPED: readonly Statement[] = [
  { Effect: 'Deny', Action: LISTS, Resource: 'kamId:94' },
  { Effect: 'Allow', Action: LISTS, Resource: 'countryid:08.*|globalAccountId:900' },
  { Effect: 'Deny', Action: LISTS, Resource: '(?=.*countryid:070)(?=.*globalaccountid:901)' },
];

function shipped(): Setting {
  return {
    directory: { users: { u: { statements: SHIPPED } } },
    effective: SHIPPED,
    actions: ['footprint:getlist', 'footprint:getitem'],
  };
}

function manyGroups(n: number): Setting {
  const kinds = ['footprint', 'report', 'invoice', 'customer'];
  const verbs = ['getlist', 'getitem', 'create', 'update', 'delete', 'export'];
  const actions = kinds.flatMap((kind) => verbs.map((verb) => `${kind}:${verb}`));
  const count = Math.max(GROUPS_OF_A_USER, Math.ceil(n / STATEMENTS_IN_A_GROUP));
  const groups = Array.from({ length: count }, (_, number) => {
    const random = randomOf(`${ID} group`, number);
    return Array.from({ length: STATEMENTS_IN_A_GROUP }, () => statement(random, actions));
  });
  const memberOf = Array.from({ length: GROUPS_OF_A_USER }, (_, at) => Math.floor((at * count) / GROUPS_OF_A_USER));
  return {
    directory: {
      users: { u: { groups: memberOf.map((group) => `g${group}`) } },
      groups: Object.fromEntries(groups.map((all, at) => [`g${at}`, { statements: all }])),
    },
    effective: memberOf.flatMap((group) => groups[group] ?? []),
    actions,
  };
}

function statement(random: Random, actions: readonly string[]): Statement {
  const Effect = random() < 0.25 ? 'Deny' : 'Allow';
  const Action = pick(random, [
    pick(random, actions),
    `${pick(random, actions)}|${pick(random, actions)}`,
    'footprint:.*',
  ]);
  const [country, account, kam] = [70 + below(random, 20), 900 + below(random, 20), 90 + below(random, 20)];
  const Resource = pick(random, [
    `kamId:${kam}`,
    `countryId:0${country}.*|globalAccountId:${account}`,
    `(?=.*countryid:0${country})(?=.*globalaccountid:${account})`,
  ]);
  return { Effect, Action, Resource };
}

function row(random: Random): Request['object'] {
  return {
    itemMasterId: 49_000 + below(random, 1_000),
    itemMasterName: 'Test customer',
    countryId: `0${70 + below(random, 20)}`,
    customerId: `7121.${below(random, 1_000_000)}`,
    globalAccountId: String(900 + below(random, 20)),
    salesChannelId: '480',
    storeFormatId: below(random, 9),
    kamId: 90 + below(random, 20),
    headquarterComment: null,
    contactPerson: null,
  };
}
