import { type Assertion, Model } from '../upstream.cjs';
import { noteChange } from './change-journal.ts';
import type { Rule } from './rule-index.ts';
import { RuleTable } from './rule-table.ts';

/**
 * casbin's model over tables of rules: the same answers, found instead of searched.
 *
 * @internal
 */
export class IndexedModel extends Model {
  /** Makes a model of casbin one with tables, in place, and leaves one of another class as it is. */
  static adopt(model: Model): void {
    if (Object.getPrototypeOf(model) !== Model.prototype) return;
    Object.setPrototypeOf(model, IndexedModel.prototype);
  }

  /** Whether a model was made by casbin and has tables: of a class of the caller nobody knows what else it is. */
  static isOne(model: Model): boolean {
    return Object.getPrototypeOf(model) === IndexedModel.prototype;
  }

  override getPolicy(sec: string, key: string): string[][] {
    return (tableOf(this, sec, key)?.list() ?? []) as string[][];
  }

  override hasPolicy(sec: string, key: string, rule: string[]): boolean {
    return tableOf(this, sec, key)?.has(rule ?? []) ?? false;
  }

  override addPolicy(sec: string, key: string, rule: string[]): boolean {
    const assertion = this.model.get(sec)?.get(key);
    if (assertion === undefined || this.hasPolicy(sec, key, rule)) return false;
    noteChange(this, (model) => void model.addPolicy(sec, key, rule));
    const table = RuleTable.of(assertion);
    const priority = priorityOf(assertion, key);
    if (priority < 0) table.append([rule]);
    // Priorities are compared as casbin does it here: as texts.
    else table.insertBefore((other) => (other[priority] as string) >= (rule[priority] as string), rule);
    return true;
  }

  override addPolicies(sec: string, ptype: string, rules: string[][]): [boolean, string[][]] {
    const assertion = this.model.get(sec)?.get(ptype);
    if (assertion === undefined) return [false, []];
    const table = RuleTable.of(assertion);
    if (rules.some((rule) => table.has(rule ?? []))) return [false, []];
    if (priorityOf(assertion, ptype) >= 0) {
      for (const rule of rules) this.addPolicy(sec, ptype, rule);
      return [true, rules];
    }
    noteChange(this, (model) => {
      for (const rule of rules) model.addPolicy(sec, ptype, rule);
    });
    table.append(rules);
    return [true, rules];
  }

  override updatePolicy(sec: string, ptype: string, oldRule: string[], newRule: string[]): boolean {
    const assertion = this.model.get(sec)?.get(ptype);
    if (assertion === undefined) return false;
    const table = RuleTable.of(assertion);
    const [number] = table.find(oldRule);
    if (number === undefined) return false;
    const priority = priorityOf(assertion, ptype);
    if (priority >= 0 && oldRule[priority] !== newRule[priority]) {
      throw new Error('new rule should have the same priority with old rule.');
    }
    noteChange(this, (model) => {
      if (!model.updatePolicy(sec, ptype, oldRule, newRule)) model.addPolicy(sec, ptype, newRule);
    });
    table.exchange(number, newRule);
    return true;
  }

  override removePolicy(sec: string, key: string, rule: string[]): boolean {
    const table = tableOf(this, sec, key);
    const numbers = table?.find(rule) ?? [];
    if (numbers.length === 0) return false;
    noteChange(this, (model) => void model.removePolicy(sec, key, rule));
    table?.remove(numbers);
    return true;
  }

  override removePolicies(sec: string, ptype: string, rules: string[][]): [boolean, string[][]] {
    const table = tableOf(this, sec, ptype);
    if (table === undefined || !rules.every((rule) => this.hasPolicy(sec, ptype, rule))) return [false, []];
    const numbers = rules.flatMap((rule) => table.find(rule));
    const effects = [...new Set(numbers)].map((number) => table.rule(number) as Rule);
    noteChange(this, (model) => {
      for (const rule of rules) model.removePolicy(sec, ptype, rule);
    });
    table.remove(numbers);
    return [true, effects as string[][]];
  }

  override clearPolicy(): void {
    noteChange(this, (model) => model.clearPolicy());
    super.clearPolicy();
  }

  override getFilteredPolicy(sec: string, key: string, fieldIndex: number, ...fieldValues: string[]): string[][] {
    const rules = tableOf(this, sec, key)?.list() ?? [];
    return rules.filter((rule) => fits(rule, fieldIndex, fieldValues)) as string[][];
  }

  override removeFilteredPolicy(
    sec: string,
    key: string,
    fieldIndex: number,
    ...fieldValues: string[]
  ): [boolean, string[][]] {
    const table = tableOf(this, sec, key);
    if (table === undefined || fieldValues.length === 0) return [false, []];
    const numbers = table.numbers().filter((number) => fits(table.rule(number) as Rule, fieldIndex, fieldValues));
    const effects = numbers.map((number) => table.rule(number) as Rule);
    noteChange(this, (model) => void model.removeFilteredPolicy(sec, key, fieldIndex, ...fieldValues));
    table.remove(numbers);
    return [numbers.length > 0, effects as string[][]];
  }

  override getValuesForFieldInPolicy(sec: string, key: string, fieldIndex: number): string[] {
    const rules = tableOf(this, sec, key)?.list() ?? [];
    return [...new Set(rules.map((rule) => rule[fieldIndex] as string))];
  }
}

// No private member: the model was made by casbin.
function tableOf({ model }: Model, sec: string, key: string): RuleTable | undefined {
  const assertion = model.get(sec)?.get(key);
  return assertion === undefined ? undefined : RuleTable.of(assertion);
}

function priorityOf(assertion: Assertion, key: string): number {
  return assertion.tokens.indexOf(`${key}_priority`);
}

function fits(rule: Rule, fieldIndex: number, fieldValues: readonly string[]): boolean {
  return fieldValues.every((value, at) => value === '' || rule[fieldIndex + at] === value);
}
