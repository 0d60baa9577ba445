import type { FunctionTable } from '../ast/functions.ts';
import { type ErrorCode, errorMessage, type Issue, quote } from '../errors.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Policy } from '../model/policy.ts';
import { type Checker, defaultChecker } from './checkers.ts';
import { copyJson } from './copy-json.ts';
import { inside, type Place, report, rootPlace } from './issue-collector.ts';
import { lowerPolicy } from './lower.ts';
import { describe, isPlainObject } from './plain-object.ts';
import { SLOT_NAME } from './slot.ts';

// What is stored comes in by one door.
export { parseLink } from './parse-link.ts';

/** How policies are checked. */
export interface ParseOptions {
  /** Reads the string elements; the default checker when absent. */
  readonly checker?: Checker;
  /** The functions that rules may call; any name passes when absent, and the guard has the last word. */
  readonly functions?: FunctionTable;
}

/**
 * Checks that a value is a policy: shape, rules, patterns, networks and times. Never throws; reports
 * everything that is wrong, each with its path. Unknown members are wrong: a misspelt one is not dropped.
 *
 * @returns the policy as a deep copy of its own members, frozen
 *
 * @example
 * ```ts
 * const parsed = parsePolicy(JSON.parse(text));
 * if (!parsed.ok) for (const issue of parsed.issues) console.error(formatIssue(issue));
 * ```
 */
export function parsePolicy(input: unknown, options: ParseOptions = {}): Parsed<Policy> {
  const issues: Issue[] = [];
  return policyAt(input, rootPlace(issues), options) ?? { ok: false, issues };
}

/**
 * Checks a list of policies, and that no uid occurs twice.
 *
 * @example
 * ```ts
 * const parsed = parsePolicies([{ uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] }]);
 * ```
 */
export function parsePolicies(input: unknown, options: ParseOptions = {}): Parsed<readonly Policy[]> {
  const issues: Issue[] = [];
  const root = rootPlace(issues);
  if (!Array.isArray(input)) {
    report(root, 'CARDEA_INVALID_POLICY', `policies are a list, not a ${describe(input)}`);
    return { ok: false, issues };
  }
  const shared = { checker: defaultChecker(), ...options };
  const policies = Array.from(input, (policy: unknown, at) => policyAt(policy, inside(root, at), shared));
  reportRepeatedUids(policies, root);
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: Object.freeze(policies.flatMap((policy) => (policy?.ok === true ? [policy.value] : []))) };
}

/**
 * Checks that a value is an inquiry: only subject, action, resource and context, all of them JSON, the
 * context a dictionary. Never throws.
 *
 * @returns the inquiry as a deep copy of its own members, frozen
 *
 * @example
 * ```ts
 * parseInquiry({ subject: 'max', action: 'get', resource: 'book', context: { ip: '10.0.0.1' } });
 * ```
 */
export function parseInquiry(input: unknown): Parsed<Inquiry> {
  const issues: Issue[] = [];
  const place = rootPlace(issues);
  const inquiry = guarded(place, 'CARDEA_INVALID_INQUIRY', 'the inquiry', () => readInquiry(input, place));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: inquiry as Inquiry };
}

function readInquiry(input: unknown, place: Place): unknown {
  const code = 'CARDEA_INVALID_INQUIRY';
  if (!isPlainObject(input)) return report(place, code, `an inquiry is a dictionary, not a ${describe(input)}`);
  reportUnknown(input, ['subject', 'action', 'resource', 'context'], place, code);
  const inquiry = copyJson(input, place, { code, undefinedMembers: 'absent' });
  const context = isPlainObject(inquiry) ? inquiry['context'] : undefined;
  if (context !== undefined && !isPlainObject(context))
    report(inside(place, 'context'), code, `a context is a dictionary, not a ${describe(context)}`);
  return inquiry;
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

function policyAt(input: unknown, place: Place, options: ParseOptions): Parsed<Policy> | undefined {
  const before = place.issues.length;
  const policy = guarded(place, 'CARDEA_INVALID_POLICY', 'the policy', () => readPolicy(input, place, options));
  return place.issues.length > before ? undefined : { ok: true, value: policy as Policy };
}

function readPolicy(input: unknown, place: Place, options: ParseOptions): unknown {
  const code = 'CARDEA_INVALID_POLICY';
  if (!isPlainObject(input)) return report(place, code, `a policy is a dictionary, not a ${describe(input)}`);
  // Builders that spread optional members leave some undefined. Not so further inside: a condition whose value
  // happened to be undefined would vanish, and the policy apply to more than was meant.
  const given = Object.fromEntries(Object.entries(input).filter(([, member]) => member !== undefined));
  const before = place.issues.length;
  const policy = copyJson(given, place, { code, undefinedMembers: 'wrong' });
  if (place.issues.length > before || !isPlainObject(policy)) return undefined;
  reportUnknown(policy, MEMBERS, place, code);
  checkMembers(policy, place);
  // Rules are looked at although another member is wrong, so that all issues come at once.
  const readable =
    ['subjects', 'actions', 'resources'].every((name) => Array.isArray(policy[name])) &&
    areTags(policy['tags']) &&
    isContext(policy['context']) &&
    areSlots(policy['slots']);
  if (readable) checkRules(policy as unknown as Policy, place, options);
  return policy;
}

/** Getters, proxies, and functions of the user may throw: that too is something wrong with the input. */
function guarded(place: Place, code: ErrorCode, what: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return report(place, code, `${what} cannot be read: ${errorMessage(error)}`);
  }
}

function checkMembers(input: Readonly<Record<string, unknown>>, place: Place): void {
  const expect = (name: string, holds: (value: unknown) => boolean, wanted: string): void => {
    if (!holds(input[name]))
      report(
        inside(place, name),
        'CARDEA_INVALID_POLICY',
        input[name] === undefined ? `is missing; it must be ${wanted}` : `must be ${wanted}, not ${quote(input[name])}`,
      );
  };
  expect('uid', (uid) => typeof uid === 'string' && uid !== '', 'a string that is not empty');
  expect('effect', (effect) => effect === 'allow' || effect === 'deny', '`allow` or `deny`');
  for (const name of ['subjects', 'actions', 'resources'])
    expect(
      name,
      (field) => Array.isArray(field) && field.length > 0,
      'a list of at least one element, such as [{ $any: true }]',
    );
  expect('context', isContext, 'a dictionary of attributes');
  expect(
    'description',
    optional((text) => typeof text === 'string'),
    'a string',
  );
  expect('priority', optional(Number.isSafeInteger), 'a whole number');
  expect('obligations', optional(Array.isArray), 'a list');
  expect(
    'labels',
    optional((labels) => isPlainObject(labels) && Object.values(labels).every((label) => typeof label === 'string')),
    'a dictionary of strings',
  );
  expect('tags', areTags, 'two different characters, start and end');
  expect('slots', areSlots, 'a list of different names such as `user`, at least one');
}

function optional(holds: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || holds(value);
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

function checkRules(policy: Policy, place: Place, options: ParseOptions): void {
  const { checker = defaultChecker({ cacheSize: 0 }), functions } = options;
  const lowered = lowerPolicy(policy, { checker, functions: functions ?? ANY_FUNCTION });
  if (lowered.ok) return;
  for (const issue of lowered.issues) place.issues.push({ ...issue, path: [...place.path, ...issue.path] });
}

const ANY_FUNCTION: FunctionTable = Object.assign(new Map(), {
  get: (name: string) => ({ name, meaning: '', call: () => undefined }),
});

function reportUnknown(input: object, known: readonly string[], place: Place, code: Issue['code']): void {
  for (const name of Object.keys(input)) {
    if (!known.includes(name))
      report(inside(place, name), code, `unknown member ${quote(name)}; the members are ${known.join(', ')}`);
  }
}

function reportRepeatedUids(policies: readonly (Parsed<Policy> | undefined)[], place: Place): void {
  const first = new Map<string, number>();
  for (const [at, parsed] of policies.entries()) {
    if (parsed?.ok !== true) continue;
    const { uid } = parsed.value;
    const earlier = first.get(uid);
    if (earlier === undefined) first.set(uid, at);
    else
      report(
        inside(place, at, 'uid'),
        'CARDEA_DUPLICATE_UID',
        `uid ${quote(uid)} is also that of policy ${earlier + 1}`,
      );
  }
}
