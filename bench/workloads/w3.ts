import type { Json } from '../../packages/cardea/src/ast/json.ts';
import { below, pick, type Random } from '../random.ts';
import { policyRandom, type Workload } from '../workload.ts';

const METHODS = ['get', 'put', 'post', 'delete'];

/**
 * vakt's benchmark of rules: a subject of Or(Eq, Eq), And(Greater, Less, Eq) and Eq; two dictionaries of a
 * resource; two of an action; a network. Half of the inquiries fit the subject of a policy.
 */
export const rules: Workload = {
  id: 'W3',
  variant: 'rules',
  policy: (number) => {
    const random = policyRandom('W3', 'rules', number);
    const stars = 10 + below(random, 80);
    return {
      uid: `p${number}`,
      effect: random() < 0.1 ? 'deny' : 'allow',
      subjects: [
        {
          name: { $or: [{ $eq: user(random, 100_000) }, { $eq: user(random, 100_000) }] },
          stars: { $and: [{ $greater: stars - 10 }, { $less: stars + 10 }, { $eq: stars }] },
          department: { $eq: `d${below(random, 50)}` },
        },
      ],
      resources: [
        { category: { $eq: `c${below(random, 100)}` }, level: { $less: below(random, 10) } },
        { category: { $eq: `c${below(random, 100)}` }, owner: { $eq: user(random, 1_000) } },
      ],
      actions: [
        { method: { $eq: pick(random, METHODS) } },
        { method: { $eq: pick(random, METHODS) }, path: { $startsWith: '/api' } },
      ],
      context: { ip: { $cidr: '10.0.0.0/8' } },
    };
  },
  inquiry: (random, { subjects: [subject], resources: [resource], actions: [action] }) => {
    const hit = random() < 0.5;
    const { name, stars, department } = subject as unknown as Record<string, Fitting>;
    const { category } = resource as unknown as Record<string, Fitting>;
    const { method } = action as unknown as Record<string, Fitting>;
    return {
      subject: {
        name: hit ? (name?.$or?.[0]?.$eq as Json) : user(random, 100_000),
        stars: hit ? (stars?.$and?.[2]?.$eq as Json) : below(random, 100),
        department: hit ? (department?.$eq as Json) : `d${below(random, 50)}`,
      },
      resource: {
        category: hit ? (category?.$eq as Json) : `c${below(random, 100)}`,
        level: below(random, 10),
        owner: user(random, 1_000),
      },
      action: { method: method?.$eq as Json, path: '/api/books' },
      context: { ip: `10.${below(random, 256)}.0.1` },
    };
  },
};

interface Fitting {
  readonly $eq?: Json;
  readonly $or?: readonly { readonly $eq: Json }[];
  readonly $and?: readonly { readonly $eq?: Json }[];
}

function user(random: Random, of: number): string {
  return `user-${below(random, of)}`;
}
