import type { Operand } from '../ast/condition.ts';
import { hashText } from './key-hash.ts';
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
 * Each combination of slots in use is a key that every inquiry asks for. To keep them few, every attribute is in
 * one of two camps, and needs of different camps are combined only where no two of one camp can be. Of any three
 * attributes two are in one camp, and fewer pairs than those within two camps, about half of all, would leave
 * some three without one (Mantel's theorem). The whole subject and resource are in both camps.
 */
export function chooseKeys(requirement: Requirement): KeyChoice | undefined {
  const labels: Weighed[] = [];
  const others: Weighed[] = [];
  for (const need of requirement) {
    const facts = factsOf(need.slot);
    if (facts.usable) (facts.isLabel ? labels : others).push({ need, facts, likelihood: likelihoodOf(need) });
  }
  const sets = setsOf(others);
  let best: KeyChoice | undefined;
  for (const set of sets) best = better(best, [set]);
  for (const label of labels) {
    best = better(best, [[label]]);
    for (const set of sets) best = better(best, [[label], set]);
  }
  return best;
}

// The better choice of one already made and one that could be.
function better(best: KeyChoice | undefined, sets: readonly (readonly Weighed[])[]): KeyChoice | undefined {
  let keys = 1;
  let likelihood = 1;
  let count = 0;
  for (const set of sets) {
    for (const each of set) {
      keys *= each.need.tokens.length;
      likelihood *= each.likelihood;
      count += 1;
    }
  }
  const cost = Math.max(UNLIKELY, likelihood) * (1 + keys / 16);
  if (keys > (count === 1 ? MAX_KEYS : MAX_COMBINED_KEYS) || (best !== undefined && best.cost <= cost)) return best;
  return { needs: sets.flatMap((set) => set.map(({ need }) => need)), keys, cost };
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
  /** Undefined where it is in both camps. */
  readonly camp: number | undefined;
}

// Equal slots of many policies are mostly one object.
const FACTS = new WeakMap<Slot, SlotFacts>();

function factsOf(slot: Slot): SlotFacts {
  const known = FACTS.get(slot);
  if (known !== undefined) return known;
  const operand = operandName(slot.of);
  const isFree = isWhole(slot.of, 'subject') || isWhole(slot.of, 'resource');
  const facts = {
    usable: formatSlot(slot, true) !== undefined,
    isLabel: isWhole(slot.of, 'action'),
    operand,
    camp: isFree ? undefined : hashText(operand).low & 1,
  };
  FACTS.set(slot, facts);
  return facts;
}

function isWhole(operand: Operand, of: 'subject' | 'action' | 'resource'): boolean {
  return operand.kind === 'attr' && operand.of === of && operand.path.length === 0;
}

function setsOf(others: readonly Weighed[]): readonly (readonly Weighed[])[] {
  // A range tells little, and every width of one is another slot.
  const solid = others.filter(({ need }) => need.slot.kind !== 'range');
  const likely = (solid.length > 0 ? solid : [...others])
    .sort((a, b) => a.likelihood - b.likelihood)
    .slice(0, MAX_COMBINED);
  const pairs = pairsOf(likely);
  const within = pairs.filter(([{ facts: a }, { facts: b }]) => {
    return a.camp === undefined || b.camp === undefined || a.camp === b.camp;
  });
  return [...likely.map((only) => [only]), ...(within.length > 0 ? within : pairs)];
}

function pairsOf(from: readonly Weighed[]): readonly (readonly [Weighed, Weighed])[] {
  const pairs: [Weighed, Weighed][] = [];
  from.forEach((first, at) => {
    for (const second of from.slice(at + 1)) {
      if (first.facts.operand === second.facts.operand) continue;
      if (first.need.tokens.length * second.need.tokens.length <= MAX_COMBINED_KEYS) pairs.push([first, second]);
    }
  });
  return pairs;
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
      return 1;
  }
}
