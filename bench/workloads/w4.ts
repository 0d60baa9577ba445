import type { Json } from '../../packages/cardea/src/ast/json.ts';
import type { Element, RuleData } from '../../packages/cardea/src/model/policy.ts';
import { below, pick, type Random, zipf } from '../random.ts';
import { policyRandom, type Workload } from '../workload.ts';

const METHODS = ['get', 'put', 'post', 'delete'];
const ATTRIBUTES = 20;

/** Four to six predicates of mixed kinds over twenty attributes, their values Zipfian: about 0.001 % apply. */
export const sparse: Workload = mixed('sparse', {
  // Attributes 0–13 are texts of growing variety, 14–16 numbers, 17 and 18 paths, 19 an address.
  predicates: (random) => 3 + below(random, 3),
  texts: (attribute) => 4 + attribute * attribute * 8,
  width: (random) => 1 + below(random, 100),
  paths: 300,
  networks: 200,
  list: { share: 0.3, length: 3 },
  hits: 0.5,
});

/** The same kinds of predicates, each so wide that about 1 % of the policies apply. */
export const dense: Workload = mixed('dense', {
  predicates: () => 3,
  texts: () => 6,
  width: () => 400,
  paths: 3,
  networks: 3,
  list: { share: 0.8, length: 2 },
  hits: 0,
});

/**
 * Allow policies of which every sixteenth could apply by all that an index can look up, while a threshold
 * keeps each from applying: nothing ends the search early, every candidate must be verified.
 */
export const broad: Workload = {
  id: 'W4',
  variant: 'broad allow-only',
  policy: (number) => {
    const random = policyRandom('W4', 'broad', number);
    return {
      uid: `p${number}`,
      effect: 'allow',
      subjects: [{ $any: true }],
      actions: [pick(random, METHODS)],
      resources: [{ $any: true }],
      context: {
        a0: `v${below(random, 4)}`,
        a1: { $notIn: [`v${zipf(random, 12)}`, `v${zipf(random, 12)}`] },
        a14: { $greaterOrEqual: below(random, 900) },
        a15: { $less: 1 + below(random, 900) },
      },
    };
  },
  inquiry: (random) => ({
    subject: 'max',
    action: pick(random, METHODS),
    resource: 'book',
    context: {
      ...contextOf((attribute) => valueOf(attribute, random, KINDS.broad)),
      a15: 1e3,
    },
  }),
};

interface Kinds {
  readonly predicates: (random: Random) => number;
  readonly texts: (attribute: number) => number;
  readonly width: (random: Random) => number;
  readonly paths: number;
  readonly networks: number;
  readonly list: { readonly share: number; readonly length: number };
  readonly hits: number;
}

const KINDS = { broad: { texts: (attribute: number) => (attribute === 0 ? 4 : 12), paths: 3, networks: 3 } };

function mixed(variant: string, kinds: Kinds): Workload {
  return {
    id: 'W4',
    variant,
    policy: (number) => {
      const random = policyRandom('W4', variant, number);
      const context: Record<string, Element> = {};
      const count = kinds.predicates(random);
      while (Object.keys(context).length < count) {
        const attribute = below(random, ATTRIBUTES);
        context[`a${attribute}`] = predicate(attribute, random, kinds);
      }
      return {
        uid: `p${number}`,
        effect: random() < 0.1 ? 'deny' : 'allow',
        subjects: [{ $any: true }],
        actions: [pick(random, METHODS)],
        resources: [{ $any: true }],
        context,
      };
    },
    inquiry: (random, { actions: [action], context = {} }) => {
      const hit = random() < kinds.hits;
      return {
        subject: 'max',
        action: hit ? (action as string) : pick(random, METHODS),
        resource: 'book',
        context: contextOf((attribute) => {
          const rule = context[`a${attribute}`];
          return hit && rule !== undefined ? fitting(rule) : valueOf(attribute, random, kinds);
        }),
      };
    },
  };
}

function contextOf(value: (attribute: number) => Json): Record<string, Json> {
  return Object.fromEntries(Array.from({ length: ATTRIBUTES }, (_, at) => [`a${at}`, value(at)]));
}

function predicate(attribute: number, random: Random, kinds: Kinds): Element {
  if (attribute >= 19) return { $cidr: `10.${zipf(random, kinds.networks)}.0.0/16` };
  if (attribute >= 17) return { $startsWith: `/p${zipf(random, kinds.paths)}/` };
  if (attribute >= 14) {
    const low = below(random, 900);
    return { $greater: low, $less: low + 1 + kinds.width(random) };
  }
  const values = kinds.texts(attribute);
  const { share, length } = kinds.list;
  if (random() < share) return { $in: Array.from({ length }, () => `v${zipf(random, values)}`) };
  return { $eq: `v${zipf(random, values)}` };
}

function valueOf(attribute: number, random: Random, kinds: Pick<Kinds, 'texts' | 'paths' | 'networks'>): Json {
  if (attribute >= 19) return `10.${zipf(random, kinds.networks)}.0.1`;
  if (attribute >= 17) return `/p${zipf(random, kinds.paths)}/x`;
  return attribute >= 14 ? below(random, 1_000) : `v${zipf(random, kinds.texts(attribute))}`;
}

/** A value that a rule of this workload accepts. */
function fitting(rule: unknown): Json {
  const { $eq, $in, $cidr, $startsWith, $greater } = rule as RuleData;
  if (Array.isArray($in)) return $in[0] as Json;
  if ($cidr !== undefined) return $cidr.replace('.0.0/16', '.0.1');
  if ($startsWith !== undefined) return `${$startsWith as string}x`;
  return $greater === undefined ? ($eq as Json) : Number($greater) + 1;
}
