import type { Json } from '../packages/cardea/src/ast/json.ts';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import type { Element, Policy, RuleData } from '../packages/cardea/src/model/policy.ts';

/** Numbers from 0 to below 1, the same ones for the same seed (Marsaglia's xorshift32). */
export type Random = () => number;

/** Policies and inquiries of one kind: the same ones for the same seed. */
export interface Workload {
  readonly name: string;
  readonly policy: (uid: string, random: Random) => Policy;
  /** An inquiry about some policy of the workload, which may or may not apply. */
  readonly inquiry: (random: Random, about: Policy) => Inquiry;
}

/** The policy of this number. */
export function policyOf(workload: Workload, number: number): Policy {
  return workload.policy(String(number), seeded(number + 1));
}

export function seeded(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // The first numbers of similar seeds are similar.
  for (let at = 0; at < 8; at++) next();
  return next;
}

/** vakt's regex benchmark: patterns for subjects and resources, an alternation of actions, a network. */
const patterns: Workload = {
  name: 'W2 patterns',
  policy: (uid, random) => ({
    uid,
    effect: random() < 0.1 ? 'deny' : 'allow',
    subjects: ['<[\\d]{3}[abc]*>', '<[xyz]{2}>'],
    actions: [`<${word(random)}|${word(random)}>`],
    resources: [`library:books:<.+>`, `office:magazines:<.+>`],
    context: { ip: { $cidr: `${byte(random)}.${byte(random)}.0.0/16` } },
  }),
  inquiry: (random, { actions: [actions], context }) => ({
    subject: '123ab',
    action: random() < 0.5 ? word(random) : (actions as string).slice(1, 7),
    resource: `library:books:${word(random)}`,
    context: { ip: random() < 0.5 ? `${byte(random)}.${byte(random)}.1.1` : fitting(context?.['ip']) },
  }),
};

/** vakt's rules benchmark: attributes of subject, resource and action, and a network. */
const rules: Workload = {
  name: 'W3 rules',
  policy: (uid, random) => ({
    uid,
    effect: random() < 0.1 ? 'deny' : 'allow',
    subjects: [
      {
        name: { $or: [{ $eq: `user-${below(random, 100_000)}` }, { $eq: `user-${below(random, 100_000)}` }] },
        stars: { $and: [{ $greater: below(random, 50) }, { $less: 50 + below(random, 50) }] },
        department: { $eq: `d${below(random, 50)}` },
      },
    ],
    resources: [
      { category: { $eq: `c${below(random, 100)}` }, level: { $less: below(random, 10) } },
      { category: { $eq: `c${below(random, 100)}` }, owner: { $eq: `user-${below(random, 1_000)}` } },
    ],
    actions: [
      { method: { $eq: pick(random, METHODS) } },
      { method: { $eq: pick(random, METHODS) }, path: { $startsWith: '/api' } },
    ],
    context: { ip: { $cidr: '10.0.0.0/8' } },
  }),
  inquiry: (random, { subjects: [subject], resources: [resource], actions: [action] }) => {
    const hit = random() < 0.5;
    return {
      subject: {
        name: hit ? fitting(memberOf(subject, 'name')) : `user-${below(random, 100_000)}`,
        stars: 50,
        department: hit ? fitting(memberOf(subject, 'department')) : `d${below(random, 50)}`,
      },
      resource: {
        category: hit ? fitting(memberOf(resource, 'category')) : `c${below(random, 100)}`,
        level: below(random, 10),
        owner: `user-${below(random, 1_000)}`,
      },
      action: { method: fitting(memberOf(action, 'method')), path: '/api/books' },
      context: { ip: `10.${byte(random)}.0.1` },
    };
  },
};

/** Four to six predicates of mixed kinds over twenty attributes, their values Zipfian. */
const mixed: Workload = {
  name: 'W4 mixed',
  policy: (uid, random) => {
    const context: Record<string, Element> = {};
    const count = 3 + below(random, 3);
    while (Object.keys(context).length < count) {
      const attribute = below(random, 20);
      context[`a${attribute}`] = predicate(attribute, random);
    }
    return {
      uid,
      effect: random() < 0.1 ? 'deny' : 'allow',
      subjects: [{ $any: true }],
      actions: [pick(random, METHODS)],
      resources: [{ $any: true }],
      context,
    };
  },
  inquiry: (random, { actions: [action], context = {} }) => {
    const hit = random() < 0.5;
    const valueFor = (attribute: number): Json => {
      const rule = context[`a${attribute}`];
      return hit && rule !== undefined ? fitting(rule) : valueOf(attribute, random);
    };
    return {
      subject: 'max',
      action: hit ? (action as string) : pick(random, METHODS),
      resource: 'book',
      context: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`a${at}`, valueFor(at)])),
    };
  },
};

/** The workloads by their short names. */
export const WORKLOADS: readonly Workload[] = [patterns, rules, mixed];

const METHODS = ['get', 'put', 'post', 'delete'];

// Attributes 0–13 are texts of growing variety, 14–16 numbers, 17 and 18 paths, 19 an address.
function predicate(attribute: number, random: Random): Element {
  if (attribute >= 19) return { $cidr: `10.${zipf(random, 200)}.0.0/16` };
  if (attribute >= 17) return { $startsWith: `/p${zipf(random, 300)}/` };
  if (attribute >= 14) {
    const low = below(random, 900);
    return { $greater: low, $less: low + 1 + below(random, 100) };
  }
  const values = cardinality(attribute);
  if (random() < 0.3) return { $in: Array.from({ length: 3 }, () => `v${zipf(random, values)}`) };
  return { $eq: `v${zipf(random, values)}` };
}

function valueOf(attribute: number, random: Random): string | number {
  if (attribute >= 19) return `10.${zipf(random, 200)}.0.1`;
  if (attribute >= 17) return `/p${zipf(random, 300)}/x`;
  return attribute >= 14 ? below(random, 1_000) : `v${zipf(random, cardinality(attribute))}`;
}

function cardinality(attribute: number): number {
  return 4 + attribute * attribute * 8;
}

/** A value that a rule of these workloads accepts. */
function fitting(rule: unknown): Json {
  const { $eq, $in, $or, $cidr, $startsWith, $greater } = rule as RuleData;
  if (Array.isArray($or)) return fitting($or[0]);
  if (Array.isArray($in)) return $in[0] as Json;
  if ($cidr !== undefined) return $cidr.replace('.0.0/16', '.0.1');
  if ($startsWith !== undefined) return `${$startsWith as string}x`;
  return $greater === undefined ? ($eq as Json) : Number($greater) + 1;
}

function memberOf(element: unknown, name: string): unknown {
  return (element as Readonly<Record<string, unknown>>)[name];
}

// A power law of exponent one half, by inversion.
function zipf(random: Random, values: number): number {
  return Math.floor(values * random() ** 2);
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function byte(random: Random): number {
  return below(random, 256);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)] as T;
}

function word(random: Random): string {
  return Array.from({ length: 6 }, () => String.fromCharCode(97 + below(random, 26))).join('');
}
