import type { Policy, RuleData } from '../../packages/cardea/src/model/policy.ts';

/** One policy of W4 or W5 as plain tests, for libraries that have no language of their own for them. */
export interface AttributeTests {
  readonly effect: Policy['effect'];
  readonly action: string;
  /** The type of resource that it is about; undefined for any. */
  readonly type: string | undefined;
  readonly tests: readonly AttributeTest[];
}

/** What must hold of one attribute of the resource or the context. */
export interface AttributeTest {
  readonly attribute: string;
  readonly rule: RuleData;
}

/** Reads the policies that the workloads make, and nothing else. */
export function attributeTests({ effect, actions: [action], resources: [resource], context }: Policy): AttributeTests {
  const { type, $any: _any, ...ofResource } = resource as Readonly<Record<string, RuleData>>;
  const tests = Object.entries({ ...ofResource, ...context } as Readonly<Record<string, RuleData>>);
  return {
    effect,
    action: action as string,
    type: type?.$eq as string | undefined,
    tests: tests.map(([attribute, rule]) => ({ attribute, rule: typeof rule === 'object' ? rule : { $eq: rule } })),
  };
}

/** Whether an address lies in a network that ends at a byte: all networks of these workloads do. */
export function inNetwork(address: string, network: string): boolean {
  const bytes = Number(network.slice(network.indexOf('/') + 1)) / 8;
  return address.split('.', bytes).join('.') === network.split('.', bytes).join('.');
}
