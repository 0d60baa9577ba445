import type { Json } from '../../packages/cardea/src/ast/json.ts';
import { type Entity, type Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { RuleData } from '../../packages/cardea/src/model/policy.ts';
import { spent } from '../clock.ts';
import { asking } from '../contestant.ts';
import { bytesInUse } from '../memory.ts';
import { policiesOf, type Workload } from '../workload.ts';
import { type AttributeTests, attributeTests, inNetwork } from './attribute-tests.ts';
import { nodePeer } from './install.ts';
import type { Peer } from './peer.ts';

/** What of `@casl/ability` is used here. */
interface Casl {
  readonly createMongoAbility: (
    rules: readonly CaslRule[],
    options: { readonly conditionsMatcher: unknown },
  ) => { can(action: string, resource: object): boolean };
  readonly buildMongoQueryMatcher: (instructions: object, interpreters: object) => unknown;
  readonly subject: (type: string, object: object) => object;
}

interface CaslRule {
  readonly action: string;
  readonly subject: string;
  readonly conditions: Readonly<Record<string, object>>;
  readonly inverted: boolean;
}

/** CASL: the last rule that matches wins, so that denying rules stand last. */
export const casl: Peer = {
  subject: 'casl',
  most: 100_000,
  load: async (workload, n) => {
    const { createMongoAbility, buildMongoQueryMatcher, subject } = await nodePeer<Casl>('@casl/ability');
    const conditionsMatcher = buildMongoQueryMatcher(
      { $cidr: { type: 'field' } },
      {
        cidr: (condition: { field: string; value: string }, object: object, { get }: { get: Getter }) =>
          inNetwork(get(object, condition.field) as string, condition.value),
      },
    );
    const before = await bytesInUse();
    let ability = createMongoAbility([], { conditionsMatcher });
    // A function of its own, so that no list of ours is in use when memory is measured.
    const make = (rules: readonly CaslRule[]) =>
      spent(() => (ability = createMongoAbility(rules, { conditionsMatcher })));
    const { cpuNs } = make(rulesOf(workload, n));
    return {
      subject: 'casl',
      variant: 'ability.can',
      itemsPerSecond: n / (cpuNs / 1e9),
      bytesPerItem: ((await bytesInUse()) - before) / n,
      decide: asking({
        question: ({ action, resource, context }: Inquiry) => {
          const { type = 'all', properties } = resource as Partial<Entity>;
          return {
            action: action as string,
            resource: subject(type, {
              ...properties,
              ...context,
            }),
          };
        },
        allows: (question) => ability.can(question.action, question.resource),
      }),
    };
  },
};

function rulesOf(workload: Workload, n: number): readonly CaslRule[] {
  const rules = Array.from(policiesOf(workload, n), (policy) => ruleOf(attributeTests(policy)));
  return rules.sort((a, b) => Number(a.inverted) - Number(b.inverted));
}

type Getter = (object: object, field: string) => Json;

function ruleOf({ effect, action, type, tests }: AttributeTests): CaslRule {
  return {
    action,
    subject: type ?? 'all',
    conditions: Object.fromEntries(tests.map(({ attribute, rule }) => [attribute, conditionOf(rule)])),
    inverted: effect === 'deny',
  };
}

function conditionOf({ $eq, $in, $greater, $less, $startsWith, $cidr }: RuleData): object {
  if ($startsWith !== undefined) return { $regex: new RegExp(`^${$startsWith as string}`) };
  const operators = { $eq, $in, $cidr, $gt: $greater, $lt: $less };
  return Object.fromEntries(Object.entries(operators).filter(([, value]) => value !== undefined));
}
