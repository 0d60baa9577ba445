import type { FunctionTable } from '../ast/functions.ts';
import { type Issue, quote } from '../errors.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Policy } from '../model/policy.ts';
import { type Checker, defaultChecker } from './checkers.ts';
import { copyJson } from './copy-json.ts';
import { guarded, reportUnknown } from './guarded.ts';
import { inside, pathOf, type Place, report, rootPlace } from './issue-collector.ts';
import { lower, type LowerOptions } from './lower.ts';
import { describe, isPlainObject } from './plain-object.ts';
import { SLOT_NAME } from './slot.ts';

/** How policies are checked. */
export interface ParseOptions {
  /** Reads the string elements; the default checker when absent. */
  readonly checker?: Checker;
  /** The functions that rules may call; any name passes when absent, and the guard has the last word. */
  readonly functions?: FunctionTable;
}

/** A policy that was checked, and what it was lowered to. */
export interface LoweredInput {
  readonly policy: Policy;
  readonly lowered: LoweredPolicy;
}

/** Checks a policy as `parsePolicy` does, and lowers it, which checking does anyway. */
export function parseAndLower(input: unknown, options: LowerOptions): Parsed<LoweredInput> {
  const issues: Issue[] = [];
  const read = policyAt(input, rootPlace(issues), options);
  return read === undefined ? { ok: false, issues } : { ok: true, value: read };
}

const MEMBERS = [
  'uid',
  'effect',
  'subjects',
  'actions',
  'resources',
  'context',
  'description',
  'priority',
  'obligations',
  'labels',
  'tags',
  'slots',
];

/** Reads a policy at a place in an input. Undefined where something was reported. */
export function policyAt(input: unknown, place: Place, options: ParseOptions): LoweredInput | undefined {
  const before = place.issues.length;
  const read = guarded(place, 'CARDEA_INVALID_POLICY', 'the policy', () => readPolicy(input, place, options));
  return place.issues.length > before ? undefined : (read as LoweredInput);
}

function readPolicy(input: unknown, place: Place, options: ParseOptions): LoweredInput | undefined {
  const code = 'CARDEA_INVALID_POLICY';
  if (!isPlainObject(input)) {
    report(place, code, `a policy is a dictionary, not a ${describe(input)}`);
    return undefined;
  }
  // Builders that spread optional members leave some undefined. Not so further inside: a condition whose value
  // happened to be undefined would vanish, and the policy apply to more than was meant.
  const before = place.issues.length;
  const policy = copyJson(input, place, { code, undefinedMembers: 'wrong-inside' });
  if (place.issues.length > before || !isPlainObject(policy)) return undefined;
  reportUnknown(policy, MEMBERS, place, code);
  checkMembers(policy, place);
  // Rules are looked at although another member is wrong, so that all issues come at once.
  const readable =
    ['subjects', 'actions', 'resources'].every((name) => Array.isArray(policy[name])) &&
    areTags(policy['tags']) &&
    isContext(policy['context']) &&
    areSlots(policy['slots']);
  const lowered = readable ? lowerAt(policy as unknown as Policy, place, options) : undefined;
  return lowered && { policy: policy as unknown as Policy, lowered };
}

function checkMembers(input: Readonly<Record<string, unknown>>, place: Place): void {
  for (const { name, holds, wanted } of EXPECTED) {
    if (holds(input[name])) continue;
    const must = `must be ${wanted}`;
    const message = input[name] === undefined ? `is missing; it ${must}` : `${must}, not ${quote(input[name])}`;
    report(inside(place, name), 'CARDEA_INVALID_POLICY', message);
  }
}

interface Expectation {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
  readonly wanted: string;
}

const ELEMENTS = 'a list of at least one element, such as [{ $any: true }]';
const EXPECTED: readonly Expectation[] = [
  { name: 'uid', holds: (uid) => typeof uid === 'string' && uid !== '', wanted: 'a string that is not empty' },
  { name: 'effect', holds: (effect) => effect === 'allow' || effect === 'deny', wanted: '`allow` or `deny`' },
  { name: 'subjects', holds: isFilledList, wanted: ELEMENTS },
  { name: 'actions', holds: isFilledList, wanted: ELEMENTS },
  { name: 'resources', holds: isFilledList, wanted: ELEMENTS },
  { name: 'context', holds: isContext, wanted: 'a dictionary of attributes' },
  { name: 'description', holds: optional((text) => typeof text === 'string'), wanted: 'a string' },
  { name: 'priority', holds: optional(Number.isSafeInteger), wanted: 'a whole number' },
  { name: 'obligations', holds: optional(Array.isArray), wanted: 'a list' },
  { name: 'labels', holds: optional(areLabels), wanted: 'a dictionary of strings' },
  { name: 'tags', holds: areTags, wanted: 'two different characters, start and end' },
  { name: 'slots', holds: areSlots, wanted: 'a list of different names such as `user`, at least one' },
];

function optional(holds: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || holds(value);
}

function isFilledList(field: unknown): boolean {
  return Array.isArray(field) && field.length > 0;
}

function areLabels(labels: unknown): boolean {
  return isPlainObject(labels) && Object.values(labels).every((label) => typeof label === 'string');
}

function isContext(context: unknown): boolean {
  return context === undefined || isPlainObject(context);
}

function areTags(tags: unknown): boolean {
  return (
    tags === undefined ||
    (Array.isArray(tags) &&
      tags.length === 2 &&
      tags.every((tag) => typeof tag === 'string' && tag.length === 1) &&
      tags[0] !== tags[1])
  );
}

function areSlots(slots: unknown): boolean {
  return (
    slots === undefined ||
    (Array.isArray(slots) &&
      slots.length > 0 &&
      slots.every((slot) => typeof slot === 'string' && SLOT_NAME.test(slot)) &&
      new Set(slots).size === slots.length)
  );
}

const CHECKER = defaultChecker();

function lowerAt(
  policy: Policy,
  place: Place,
  { checker = CHECKER, functions = ANY_FUNCTION }: ParseOptions,
): LoweredPolicy | undefined {
  const lowered = lower(policy, { checker, functions });
  if (lowered.ok) return lowered.value;
  const path = pathOf(place);
  for (const issue of lowered.issues) place.issues.push({ ...issue, path: [...path, ...issue.path] });
  return undefined;
}

const ANY_FUNCTION: FunctionTable = Object.assign(new Map(), {
  get: (name: string) => ({ name, meaning: '', call: () => undefined }),
});
