import type { Operand } from '../ast/condition.ts';
import { formatSlot } from './key-slot.ts';
import { operandName } from './operand-name.ts';
import type { Need, Requirement } from './requirement.ts';
import { MISSING, type Slot } from './slot.ts';

/** The needs that a requirement is filed under: one token of each is one key. */
export interface KeyChoice {
  readonly needs: readonly Need[];
  readonly keys: number;
  /** How likely inquiries are to find it, and how many keys it takes: good for comparing. */
  readonly cost: number;
}

/** More keys than this, and nothing is filed. */
export const MAX_KEYS = 1_024;

/** More keys than this for a combination of needs, and a smaller one is taken. */
const MAX_COMBINED_KEYS = 16;

/** More needs of one requirement than this are not combined. */
const MAX_COMBINED = 6;

/** Less likely than this is as good as never. */
const UNLIKELY: number = 2 ** -14;

/**
 * Chooses up to two needs and one on the action, by what the requirement itself says: so every process chooses
 * alike, and none has to know other policies. Undefined where no need has few enough tokens.
 *
 * Each combination of slots in use is a key that every inquiry asks for. To keep them few, a range, of which every width is
 * another slot, is taken only where there would be no two without it.
 */
export function chooseKeys(requirement: Requirement): KeyChoice | undefined {
  const labels: Weighed[] = [];
  const others: Weighed[] = [];
  for (const need of requirement) {
    const facts = factsOf(need.slot);
    if (facts.usable) (facts.isLabel ? labels : others).push({ need, facts, likelihood: likelihoodOf(need) });
  }
  const likely = likeliestToTell(others);
  let best: KeyChoice | undefined;
  for (const label of labels) best = better(best, label);
  likely.forEach((first, at) => {
    best = better(best, first);
    for (const label of labels) best = better(best, first, label);
    for (let next = at + 1; next < likely.length; next++) {
      const second = likely[next] as Weighed;
      if (first.facts.operand === second.facts.operand) continue;
      best = better(best, first, second);
      for (const label of labels) best = better(best, first, second, label);
    }
  });
  return best;
}

// The better choice of one already made and one that could be. All policies that are written come by here.
function better(best: KeyChoice | undefined, one: Weighed, two?: Weighed, three?: Weighed): KeyChoice | undefined {
  let keys = one.need.tokens.length;
  let { likelihood } = one;
  if (two !== undefined) {
    keys *= two.need.tokens.length;
    likelihood *= two.likelihood;
  }
  if (three !== undefined) {
    keys *= three.need.tokens.length;
    likelihood *= three.likelihood;
  }
  const cost = Math.max(UNLIKELY, likelihood) * (1 + keys / 16);
  if (keys > (two === undefined ? MAX_KEYS : MAX_COMBINED_KEYS) || (best !== undefined && best.cost <= cost))
    return best;
  const needs = [one, two, three].flatMap((each) => (each === undefined ? [] : [each.need]));
  return { needs, keys, cost };
}

interface Weighed {
  readonly need: Need;
  readonly facts: SlotFacts;
  readonly likelihood: number;
}

interface SlotFacts {
  /** Whether keys can be made of it. */
  readonly usable: boolean;
  /** Whether it is on the action, which is combined with anything. */
  readonly isLabel: boolean;
  readonly operand: string;
}

// Equal slots of many policies are mostly one object.
const FACTS = new WeakMap<Slot, SlotFacts>();

function factsOf(slot: Slot): SlotFacts {
  const known = FACTS.get(slot);
  if (known !== undefined) return known;
  const facts = {
    usable: formatSlot(slot, true) !== undefined,
    isLabel: isWholeAction(slot.of),
    operand: operandName(slot.of),
  };
  FACTS.set(slot, facts);
  return facts;
}

function isWholeAction(operand: Operand): boolean {
  return operand.kind === 'attr' && operand.of === 'action' && operand.path.length === 0;
}

function likeliestToTell(others: readonly Weighed[]): readonly Weighed[] {
  const solid = others.filter(({ need }) => need.slot.kind !== 'range');
  return (solid.length > 1 ? solid : [...others]).sort((a, b) => a.likelihood - b.likelihood).slice(0, MAX_COMBINED);
}

// Nothing is known of how often values occur. Long texts tend to be names of something, short ones kinds.
function likelihoodOf({ slot, tokens }: Need): number {
  let likelihood = 0;
  for (const token of tokens) if (token !== MISSING) likelihood += 2 ** -Math.min(10, bitsOf(slot.kind, token));
  return Math.min(1, likelihood);
}

function bitsOf(kind: Slot['kind'], token: string): number {
  switch (kind) {
    case 'value':
      return token === 'true' || token === 'false' || token === 'null' ? 1 : token.length;
    case 'member':
      // A list has several chances.
      return Math.max(0, token.length - 2);
    case 'prefix':
    case 'suffix':
      return token.length / 2;
    case 'network':
      // One character is eight bits of the address, of which policies tend to share the first.
      return token.length * 2;
    case 'range':
      return 3;
  }
}
