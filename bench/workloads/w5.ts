import { below, pick, type Random } from '../random.ts';
import { policyRandom, type Workload } from '../workload.ts';

const TYPES = Array.from({ length: 20 }, (_, at) => `type${at}`);
const STATUSES = ['draft', 'review', 'published', 'archived'];

/** A web application whose rules spread over its resource types and actions: one rule for each pair of them. */
export const spread: Workload = webApplication('spread', (number) => ({
  type: TYPES[number % TYPES.length] as string,
  action: `action${Math.floor(number / TYPES.length)}`,
}));

/** The same rules, all about one type and one action. */
export const concentrated: Workload = webApplication('concentrated', () => ({ type: 'type0', action: 'action0' }));

type Place = (number: number) => { readonly type: string; readonly action: string };

function webApplication(variant: string, place: Place): Workload {
  return {
    id: 'W5',
    variant,
    policy: (number, n) => {
      const random = policyRandom('W5', variant, number);
      const { type, action } = place(number);
      const resource = { type: { $eq: type }, tenant: { $eq: tenant(random, n) }, status: { $in: statuses(random) } };
      return {
        uid: `p${number}`,
        effect: random() < 0.1 ? 'deny' : 'allow',
        subjects: [{ $any: true }],
        actions: [action],
        resources: [random() < 0.5 ? resource : { ...resource, size: { $less: 100 + below(random, 900) } }],
      };
    },
    inquiry: (random, about, n) => {
      const hit = random() < 0.5;
      const {
        type,
        tenant: wanted,
        status,
      } = about.resources[0] as unknown as {
        readonly [attribute: string]: { readonly $eq: string; readonly $in: readonly string[] };
      };
      const properties = {
        tenant: hit ? (wanted?.$eq as string) : tenant(random, n),
        status: hit ? (status?.$in[0] as string) : pick(random, STATUSES),
        size: below(random, 100),
      };
      const id = String(below(random, 1_000_000));
      return {
        subject: `user:${below(random, 1_000)}`,
        action: about.actions[0] as string,
        resource: { type: type?.$eq as string, id, properties },
      };
    },
  };
}

function tenant(random: Random, n: number): string {
  return `tenant${below(random, Math.max(10, Math.floor(n / 5)))}`;
}

function statuses(random: Random): readonly string[] {
  const first = below(random, STATUSES.length);
  return [STATUSES[first] as string, STATUSES[(first + 1) % STATUSES.length] as string];
}
