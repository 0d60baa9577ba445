import type { Assertion, Effector, FunctionMap, Model, RoleManager } from '../upstream.cjs';
import { RuleTable } from './rule-table.ts';

/** What of an enforcer decisions depend on, but for what its functions and role managers do by themselves. */
export interface PolicyParts {
  readonly model: Model;
  readonly functions: FunctionMap;
  readonly effector: Effector;
  readonly managers: ReadonlyMap<string, RoleManager>;
  readonly switches: readonly boolean[];
}

/** Tells whether something that decisions depend on is another than it was when it was asked last. */
export class PolicyState {
  #last: readonly unknown[] = [];
  #changes = 0;

  /** How often something was another. */
  get changes(): number {
    return this.#changes;
  }

  hasChanged(parts: PolicyParts): boolean {
    const now = describe(parts);
    const isSame = now.length === this.#last.length && now.every((part, at) => part === this.#last[at]);
    this.#last = now;
    if (!isSame) this.#changes += 1;
    return !isSame;
  }
}

function describe({ model, functions, effector, managers, switches }: PolicyParts): readonly unknown[] {
  const own = functions.getFunctions() as ReadonlyMap<string, unknown>;
  const sections = [...model.model].flatMap(([name, section]) =>
    [...section.values()].flatMap((one) => stateOf(name, one)),
  );
  return [model, effector, functions, own.size, ...managers.values(), ...switches, ...sections];
}

function stateOf(section: string, assertion: Assertion): readonly unknown[] {
  const isPolicy = section === 'p' || section === 'g';
  return isPolicy ? [assertion, RuleTable.of(assertion).revision] : [assertion, assertion.value];
}
