import { Effect, type EffectorStream } from '../upstream.cjs';
import { candidatesOf } from './candidates.ts';
import { effectOf } from './effect.ts';
import type { Frame } from './frame.ts';
import { NameSet } from './name-set.ts';
import { type OpenPlan, UNKNOWN } from './open-plan.ts';
import type { Rule } from './rule-index.ts';
import type { RuleTable } from './rule-table.ts';

/** Which texts a value of a request must be to be allowed. */
export interface ObjectSearch {
  readonly names: readonly string[];
  /** Whether a text that is none of the names may be allowed as well. */
  readonly isOpen: boolean;
  /** The rules that may allow it. */
  readonly openRules: readonly Rule[];
}

/** A matcher, its rules, and the effect that begins. */
export interface SearchedRules {
  readonly plan: OpenPlan;
  readonly table: RuleTable;
  readonly start: () => EffectorStream;
  readonly effectPosition: number;
  /** Of a rule. */
  readonly fields: number;
}

/**
 * Finds the texts that rules compare a value of the request with, and whether all others are denied: by the most that
 * they could be allowed, where a rule may or may not fit.
 *
 * INVARIANT: where `isOpen` is false, no other text is allowed.
 *
 * @throws whatever the evaluation of a rule throws
 */
export function searchObjects(rules: SearchedRules, frame: Frame, position: number): ObjectSearch {
  let text = '\0';
  for (;;) {
    const names = new NameSet();
    const found = searchFor(rules, frame.turned(position, text, []), names);
    // One that something is compared with is none that stands for all others.
    if (!names.has(text)) return { ...found, names: names.list() };
    text += '\0';
  }
}

function searchFor(
  { plan, table, start, effectPosition, fields }: SearchedRules,
  frame: Frame,
  names: NameSet,
): Omit<ObjectSearch, 'names'> {
  const stream = start();
  const openRules: Rule[] = [];
  let isDone = false;
  for (const rule of rulesOf(plan, table, frame, fields)) {
    frame.rule = rule;
    const result = plan.evaluate(frame, names);
    // What comes after the rule that decides about other texts may decide about a name.
    if (isDone) continue;
    const effect = result === UNKNOWN ? mostOf(rule[effectPosition]) : effectOf(result, rule[effectPosition]);
    if (result === UNKNOWN && effect === Effect.Allow) openRules.push(rule);
    [, , isDone] = stream.pushEffect(effect);
  }
  const isOpen = stream.current();
  return { isOpen, openRules: isOpen ? openRules : [] };
}

// INVARIANT: no effect of casbin's denies for a rule that allows instead of none, or for none instead of one that denies.
function mostOf(ruleEffect: unknown): Effect {
  return effectOf(true, ruleEffect) === Effect.Allow ? Effect.Allow : Effect.Indeterminate;
}

// Without rules casbin evaluates the matcher once, with empty fields.
function* rulesOf(plan: OpenPlan, table: RuleTable, frame: Frame, fields: number): Iterable<Rule> {
  if (table.size === 0) yield Array.from({ length: fields }, () => '');
  else for (const number of candidatesOf(plan, table, frame)) yield table.rule(number) as Rule;
}
