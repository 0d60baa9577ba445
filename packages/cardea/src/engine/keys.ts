import type { Scalar } from '../ast/json.ts';
import { splitTemplate, type TemplateParts } from '../ast/template.ts';
import { unreadableCondition } from '../ast/unreadable-template.ts';
import { CardeaError, quote } from '../errors.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { chooseKeys, type KeyChoice, MAX_KEYS } from './key-choice.ts';
import { formatHash, type Hash, hashAfter, hashText } from './key-hash.ts';
import { formatSlot } from './key-slot.ts';
import { KEYS_VERSION } from './keys-version.ts';
import { necessaryOf } from './necessary.ts';
import { type Need, type Requirements, widened } from './requirement.ts';
import { MISSING, type Slot, tokenOf } from './slot.ts';

/** The key of policies that every inquiry must be held against. Every inquiry asks for it. */
export const RESIDUAL_KEY = '0000000000000000';

/** What a storage writes beside a policy or a link, so that one indexed query finds it. */
export interface PolicyKeys {
  /**
   * 16 hexadecimal digits each, no two alike. None for a policy that has no part in any decision;
   * {@link RESIDUAL_KEY} alone for one that may have a part in every decision.
   */
  readonly keys: readonly string[];
  /** Which slots the keys are made of: ASCII texts of at most 512 characters, which {@link KeyShapes} reads. */
  readonly shapes: readonly string[];
}

/**
 * The keys of a policy: they depend on the policy alone, not on what else there is, so that any process can write
 * them. A template's are those under which it is found where no link is looked at, because the inquiry lacks what
 * a slot is compared with; links have keys of their own ({@link linkKeysOf}).
 *
 * INVARIANT keys-are-a-superset: an inquiry in whose decision the policy has a part, be it a diagnostic, has one
 * of them, given all shapes of the storage.
 *
 * @example
 * ```ts
 * const { keys, shapes } = keysOf(policy);
 * // INSERT INTO policy_keys (key, policy) …; INSERT INTO key_shapes (shape) … for those that are new
 * ```
 */
export function keysOf(policy: LoweredPolicy): PolicyKeys {
  const condition = policy.slots === undefined ? policy.condition : unreadableCondition(partsOf(policy));
  return keysFor(necessaryOf({ ...policy, condition }));
}

/**
 * The key of a link. As links have the slots of their template filled, the key is made of what these are compared
 * with: an inquiry with other values does not have it.
 *
 * @param values in the order of the template's slots
 * @throws {@link CardeaError} `CARDEA_INVALID_LINK` where the template has another number of slots
 *
 * @example
 * ```ts
 * linkKeysOf(template, ['max', 'd1']).keys; // one key
 * ```
 */
export function linkKeysOf(template: LoweredPolicy, values: readonly Scalar[]): PolicyKeys {
  const { bindings } = partsOf(template);
  if (bindings.length !== values.length) {
    const counts = `${values.length} values for ${bindings.length} slots`;
    throw new CardeaError('CARDEA_INVALID_LINK', `a link of ${quote(template.uid)} has ${counts}`);
  }
  // By what they are compared with: one item of a list can meet one of two needs.
  const needs = new Map<string, Need>();
  let length = 0;
  for (const [at, { over, member }] of bindings.entries()) {
    const slot: Slot = member ? { kind: 'member', of: over, path: [] } : { kind: 'value', of: over };
    const name = formatSlot(slot, false);
    if (name === undefined || length + name.length + 1 > MAX_SHAPE_LENGTH) continue;
    length += name.length + 1;
    needs.set(name, { name, slot, tokens: [tokenOf(values[at] as Scalar)] });
  }
  return needs.size === 0 ? RESIDUAL : keysUnder([[...needs.values()]]);
}

const RESIDUAL: PolicyKeys = { keys: [RESIDUAL_KEY], shapes: [] };

/** Of the slots and what stands between them, so that a shape has at most 512. */
const MAX_SHAPE_LENGTH = 508;

function partsOf({ uid, condition, slots = [] }: LoweredPolicy): TemplateParts {
  const parts = splitTemplate(condition, slots);
  if (!parts.ok) {
    const message = `template ${quote(uid)}: slot ${quote(parts.slot)} ${parts.problem}`;
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
  }
  return parts;
}

function keysFor(requirements: Requirements): PolicyKeys {
  const alternatives = chooseAll(requirements);
  const common = requirements.length > 1 ? chooseAll([widened(requirements)]) : undefined;
  const best =
    common !== undefined && (alternatives === undefined || costOf(common) <= costOf(alternatives))
      ? common
      : alternatives;
  return best === undefined ? RESIDUAL : keysUnder(best.map(({ needs }) => needs));
}

function chooseAll(requirements: Requirements): readonly KeyChoice[] | undefined {
  const choices: KeyChoice[] = [];
  let keys = 0;
  for (const requirement of requirements) {
    const choice = chooseKeys(requirement);
    if (choice === undefined) return undefined;
    choices.push(choice);
    keys += choice.keys;
  }
  return keys > MAX_KEYS ? undefined : choices;
}

function costOf(choices: readonly KeyChoice[]): number {
  return choices.reduce((sum, { cost }) => sum + cost, 0);
}

function keysUnder(alternatives: readonly (readonly Need[])[]): PolicyKeys {
  const keys = new Set<string>();
  const shapes = new Map<string, Hash>();
  for (const parts of alternatives.flatMap(combinations)) {
    const shape = `[${[KEYS_VERSION, ...parts.map(({ text }) => text)].join(',')}]`;
    let hash = shapes.get(shape) ?? hashText(shape);
    shapes.set(shape, hash);
    for (const { token } of parts) if (token !== undefined) hash = hashAfter(hash, token);
    keys.add(formatHash(hash));
  }
  return { keys: [...keys], shapes: [...shapes.keys()] };
}

/** One slot of a key: its text, and the token unless the text says that it is missing. */
interface Part {
  readonly text: string;
  readonly token: Hash | undefined;
}

// One token of each need, in the order of the slots' texts, so that the same slots are always the same shape.
function combinations(needs: readonly Need[]): readonly (readonly Part[])[] {
  let sets: Part[][] = [[]];
  for (const need of needs) {
    const parts = partsFor(need);
    sets = sets.flatMap((set) => parts.map((part) => [...set, part]));
  }
  for (const set of sets) set.sort((a, b) => (a.text < b.text ? -1 : 1));
  return sets;
}

function partsFor({ slot, tokens }: Need): readonly Part[] {
  const text = formatSlot(slot, false) as string;
  return tokens.map((token) => {
    return token === MISSING
      ? { text: formatSlot(slot, true) as string, token: undefined }
      : { text, token: hashText(token) };
  });
}
