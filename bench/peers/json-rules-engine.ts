import type { Entity, Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { RuleData } from '../../packages/cardea/src/model/policy.ts';
import { spent } from '../clock.ts';
import { askingLater } from '../contestant.ts';
import { bytesInUse } from '../memory.ts';
import { policiesOf, type Workload } from '../workload.ts';
import { type AttributeTests, attributeTests, inNetwork } from './attribute-tests.ts';
import { nodePeer } from './install.ts';
import type { Peer } from './peer.ts';

/** What of `json-rules-engine` is used here. */
interface JsonRulesEngine {
  readonly Engine: new (rules: readonly object[], options: { readonly allowUndefinedFacts: boolean }) => Engine;
}

interface Engine {
  addRule(rule: object): void;
  addOperator(name: string, test: (fact: string, value: string) => boolean): void;
  run(facts: object): Promise<{ readonly events: readonly { readonly type: string }[] }>;
}

/** json-rules-engine: every rule is run, one that denies wins. */
export const jsonRulesEngine: Peer = {
  subject: 'json-rules-engine',
  most: 10_000,
  load: async (workload, n) => {
    const { Engine } = await nodePeer<JsonRulesEngine>('json-rules-engine');
    const before = await bytesInUse();
    const engine = new Engine([], { allowUndefinedFacts: true });
    engine.addOperator('startsWith', (fact, value) => fact.startsWith(value));
    engine.addOperator('cidr', inNetwork);
    const cpuNs = fill(engine, workload, n);
    return {
      subject: 'json-rules-engine',
      variant: 'engine.run',
      itemsPerSecond: n / (cpuNs / 1e9),
      bytesPerItem: ((await bytesInUse()) - before) / n,
      decide: askingLater({
        question: ({ action, resource, context }: Inquiry) => {
          const { type, properties } = resource as Partial<Entity>;
          return {
            ...properties,
            ...context,
            action,
            type,
          };
        },
        allows: async (facts) => {
          const { events } = await engine.run(facts);
          return events.length > 0 && events.every((event) => event.type === 'allow');
        },
      }),
    };
  },
};

// A function of its own, so that no list is in use when memory is measured.
function fill(engine: Engine, workload: Workload, n: number): number {
  const rules = Array.from(policiesOf(workload, n), (policy) => ruleOf(attributeTests(policy)));
  return spent(() => rules.forEach((rule) => engine.addRule(rule))).cpuNs;
}

function ruleOf({ effect, action, type, tests }: AttributeTests): object {
  const all = [
    { fact: 'action', operator: 'equal', value: action },
    ...(type === undefined ? [] : [{ fact: 'type', operator: 'equal', value: type }]),
    ...tests.flatMap(({ attribute, rule }) => conditionsOf(attribute, rule)),
  ];
  return { conditions: { all }, event: { type: effect } };
}

const OPERATORS: Partial<Record<keyof RuleData, string>> = {
  $eq: 'equal',
  $in: 'in',
  $greater: 'greaterThan',
  $less: 'lessThan',
  $startsWith: 'startsWith',
  $cidr: 'cidr',
};

function conditionsOf(fact: string, rule: RuleData): readonly object[] {
  return Object.entries(rule).map(([name, value]) => ({ fact, operator: OPERATORS[name as keyof RuleData], value }));
}
