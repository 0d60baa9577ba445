import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CardeaError, type ErrorCode, formatIssue, isCardeaError, type Issue } from '../src/errors.ts';
import type { Parsed } from '../src/model/parsed.ts';
import type { Policy } from '../src/model/policy.ts';
import { MemoryStorage } from '../src/storage/memory.ts';
import { formatDocument, parseDocument } from '../src/syntax/document/index.ts';
import { parseInquiry, parsePolicies, parsePolicy } from '../src/syntax/validate.ts';
import { changedIntrinsics, type Intrinsics, readIntrinsics } from './intrinsics.ts';

/** The input, where its first issue is, what it says, and its code. */
type Row<T> = readonly [input: T, place: string, says: string, code: ErrorCode];

const DOCUMENT = 'CARDEA_INVALID_DOCUMENT';
const LIMIT = 'CARDEA_DOCUMENT_LIMIT';
const INVALID = 'CARDEA_INVALID_POLICY';
const RULE = 'CARDEA_INVALID_RULE';
const PATTERN = 'CARDEA_INVALID_PATTERN';
const BACKTRACKING = 'CARDEA_UNSUPPORTED_PATTERN';
const NETWORK = 'CARDEA_INVALID_NETWORK';
const TIME = 'CARDEA_INVALID_TIME';
const INQUIRY = 'CARDEA_INVALID_INQUIRY';

const POLICY: Policy = { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] };
const REST = 'effect: allow, subjects: [max], actions: [get], resources: [book]';

const YAML: readonly Row<string>[] = [
  ['', '1:1', 'the document is empty', DOCUMENT],
  ['# nothing but a comment', '1:1', 'the document is empty', DOCUMENT],
  ['max', '1:1', 'a document is a list of policies', DOCUMENT],
  ['- [', '1:4', 'end with a ]', DOCUMENT],
  ['- uid: "a', '1:10', 'missing closing "quote', DOCUMENT],
  ['- uid: a: b', '1:8', 'nested mappings are not allowed in compact mappings', DOCUMENT],
  ['- uid: a\n\teffect: allow', '2:2', 'tabs cannot indent', DOCUMENT],
  ['- uid: @a', '1:8', 'cannot start with reserved character', DOCUMENT],
  ['- uid: "\\q"', '1:9', 'invalid escape sequence', DOCUMENT],
  ['- uid: a\0b', '1:9', 'the character U+0000 is not allowed', DOCUMENT],
  ['- uid: \ud800', '1:8', 'the character U+D800 is not allowed', DOCUMENT],
  ['- uid: "\\udc00"', '1:8: [0].uid', 'half of a surrogate pair', DOCUMENT],
  ['- uid: a\n  uid: b', '2:3: [0].uid', '`uid` is named twice', 'CARDEA_DUPLICATE_KEY'],
  [
    `- {uid: a, ${REST}}\n- {uid: a, ${REST}}`,
    '2:4: [1].uid',
    'uid `a` is also that of the policy at `p:1`',
    'CARDEA_DUPLICATE_UID',
  ],
  [
    `- {uid: a, ${REST}}\n---\n- {uid: a, ${REST}}`,
    '3:4: [0].uid',
    'uid `a` is also that of the policy at `p:1`',
    'CARDEA_DUPLICATE_UID',
  ],
  [`- &p {uid: a, ${REST}}\n- *p`, '1:7: [1].uid', 'uid `a` is also that of', 'CARDEA_DUPLICATE_UID'],
  ['- uid: *nowhere', '1:8: [0].uid', 'the alias `nowhere` has no anchor', DOCUMENT],
  ['- &a [*a]', '1:7: [0][0]', 'the alias `a` stands inside its own anchor', DOCUMENT],
  ['- &b {uid: a}\n- <<: *b', '2:3: [1][`<<`]', 'merge keys are not part of YAML 1.2', DOCUMENT],
  ['- ? [uid]\n  : a', '1:5', 'the name of a member must be a string', DOCUMENT],
  ['- uid: !!js/function "x"', '1:22: [0].uid', 'the tag `!!js/function` is not allowed', DOCUMENT],
  ['- uid: !!binary aGk=', '1:17: [0].uid', 'the tag `!!binary` is not allowed', DOCUMENT],
  ['- labels: !!set {a}', '1:17: [0].labels', 'the tag `!!set` is not allowed', DOCUMENT],
  ['- priority: 1e999', '1:13: [0].priority', '`1e999` is no finite number', DOCUMENT],
  ['- priority: 9007199254740993', '1:13: [0].priority', 'cannot be represented exactly', DOCUMENT],
  ['%YAML 1.1\n---\n- uid: yes', '2:1', 'documents are YAML 1.2', DOCUMENT],
  ['['.repeat(100_000), '1:67', 'nests deeper than 64 levels', LIMIT],
  ['{'.repeat(100_000), '1:67', 'nests deeper than 64 levels', LIMIT],
  ['- '.repeat(100_000), '1:132', 'nests deeper than 64 levels', LIMIT],
  [bomb(), '6:43: [5][7]', 'more than 1000000 values with all aliases expanded', LIMIT],
  [' '.repeat(50 * 1024 * 1024), '1:1', 'the text has 52428800 characters, more than the 8388608 allowed', LIMIT],
  ['policies: {}', '1:1: policies', 'must be a list of policies, not `{}`', DOCUMENT],
  ['policies: []\nversion: 2', '2:1: version', 'unknown member `version`', DOCUMENT],
  ['cardea: 2\npolicies: []', '1:1: cardea', 'must be 1, not `2`', DOCUMENT],
  ['policies:\n  - uid: a\n    efect: allow', '3:5: policies[0].efect', 'unknown member `efect`', INVALID],
  ['- uid: a\n  effect: yes', '2:3: [0].effect', 'must be `allow` or `deny`, not `yes`', INVALID],
  [`- {uid: a, __proto__: {effect: allow}, ${REST}}`, '1:12: [0].__proto__', 'unknown member `__proto__`', INVALID],
  [
    `- uid: a\n  effect: deny\n  subjects:\n    - max\n    - role:\n        $eqq: admin\n  actions: [get]\n  resources: [book]`,
    '6:9: [0].subjects[1].role.$eqq',
    'unknown rule `$eqq`',
    RULE,
  ],
];

const JSON_TEXTS: readonly Row<string>[] = [
  ['', '1:1', 'expected a value, the text ends', DOCUMENT],
  ['[{"uid": "a",}]', '1:14: [0]', 'expected a further member after the comma', DOCUMENT],
  ["[{'uid': 'a'}]", '1:3: [0]', 'expected a name in double quotes', DOCUMENT],
  ['[{"uid": "a" // the id\n}]', '1:14: [0]', 'expected `,` or `}`, found `//`', DOCUMENT],
  ['[{"uid": "a", "uid": "b"}]', '1:15: [0].uid', '`uid` is named twice', 'CARDEA_DUPLICATE_KEY'],
  ['[{"uid": "\t"}]', '1:10: [0].uid', 'is no JSON string', DOCUMENT],
  ['[{"priority": NaN}]', '1:15: [0].priority', 'expected a value, found `NaN}]`', DOCUMENT],
  ['[{"priority": 1e999}]', '1:15: [0].priority', '`1e999` is no finite number', DOCUMENT],
  ['[]\n[]', '2:1', 'expected the end of the text', DOCUMENT],
  ['['.repeat(100_000), '1:65: ', 'nests deeper than 64 levels', LIMIT],
];

const POLICIES: readonly Row<unknown>[] = [
  [null, '', 'a policy is a dictionary, not a null', INVALID],
  [[POLICY], '', 'a policy is a dictionary, not a list', INVALID],
  [new Map(Object.entries(POLICY)), '', 'a policy is a dictionary, not a class instance', INVALID],
  [{}, 'uid', 'is missing; it must be a string that is not empty', INVALID],
  [{ ...POLICY, uid: 1 }, 'uid', 'must be a string that is not empty, not `1`', INVALID],
  [{ ...POLICY, uid: '' }, 'uid', 'must be a string that is not empty', INVALID],
  [{ ...POLICY, effect: 'permit' }, 'effect', 'must be `allow` or `deny`, not `permit`', INVALID],
  [{ ...POLICY, effect: ['allow'] }, 'effect', 'must be `allow` or `deny`', INVALID],
  [{ ...POLICY, subjects: 'max' }, 'subjects', 'must be a list of at least one element', INVALID],
  [{ ...POLICY, resources: [] }, 'resources', 'must be a list of at least one element', INVALID],
  [{ ...POLICY, subject: ['max'] }, 'subject', 'unknown member `subject`', INVALID],
  [{ ...POLICY, context: [] }, 'context', 'must be a dictionary of attributes', INVALID],
  [{ ...POLICY, description: 1 }, 'description', 'must be a string, not `1`', INVALID],
  [{ ...POLICY, priority: 1.5 }, 'priority', 'must be a whole number, not `1.5`', INVALID],
  [{ ...POLICY, labels: { a: 1 } }, 'labels', 'must be a dictionary of strings', INVALID],
  [{ ...POLICY, tags: ['<', '<'] }, 'tags', 'must be two different characters', INVALID],
  [{ ...POLICY, obligations: [new Date(0)] }, 'obligations[0]', 'a class instance is no JSON value', INVALID],
  [{ ...POLICY, obligations: [Number.NaN] }, 'obligations[0]', '`NaN` is no JSON number', INVALID],
  [cyclic(), 'obligations[0]', 'contains itself', INVALID],
];

const RULES: readonly Row<unknown>[] = [
  [1, '', 'attributes are a dictionary, not a number', RULE],
  [{}, '', 'an empty dictionary can never match', RULE],
  [{ $eqq: 1 }, '.$eqq', 'unknown rule `$eqq`', RULE],
  [{ owner: { $subject: 'id' } }, '.owner.$subject', 'is no rule; write { $eq: { $subject: … } }', RULE],
  [{ $constructor: 1 }, '.$constructor', 'unknown rule `$constructor`', RULE],
  [{ $eq: 1, name: 'a' }, '.$eq', 'rule `$eq` cannot stand beside attributes', RULE],
  [{ $any: false }, '.$any', 'this rule takes no argument', RULE],
  [{ $and: [] }, '.$and', 'this rule takes a list of at least one rule', RULE],
  [{ $not: 'a' }, '.$not', 'a rule is a dictionary', RULE],
  [{ $in: 'a' }, '.$in', 'this rule takes a list of values, not a string', RULE],
  [{ $notIn: ['a', { $subject: 'b' }] }, '.$notIn', 'a reference stands for the whole list', RULE],
  [{ age: { $greater: true } }, '.age.$greater', 'a boolean has none', RULE],
  [{ $eq: { $user: 'a' } }, '.$eq', '`$user` is no reference to an attribute', RULE],
  [{ $eq: { $subject: 1 } }, '.$eq.$subject', 'an attribute is named by a string or a list of strings', RULE],
  [{ $startsWith: 1 }, '.$startsWith', 'this rule takes a string, not a number', RULE],
  [{ $startsWith: { value: 'a', case: true } }, '.$startsWith.case', 'unknown member `case`', RULE],
  [{ $type: 'array' }, '.$type', '`array` is no type', RULE],
  [{ $custom: [] }, '.$custom', 'a custom rule is a list', RULE],
  [{ $cidr: '10.0.0.5/8' }, '.$cidr', '`10.0.0.5/8`', NETWORK],
  [{ $cidr: '10.0.0.0/33' }, '.$cidr', '`10.0.0.0/33`', NETWORK],
  [{ $cidr: 'localhost' }, '.$cidr', '`localhost`', NETWORK],
  [{ $regexMatch: '(' }, '.$regexMatch', 'a group is not closed', PATTERN],
  [{ $regexMatch: 'a{2,1}' }, '.$regexMatch', 'the bounds of a repetition are in the wrong order', PATTERN],
  [{ $regexMatch: '(?=a)' }, '.$regexMatch', 'a look-ahead needs backtracking', BACKTRACKING],
  [{ $regexMatch: '(a)\\1' }, '.$regexMatch', 'a back reference needs backtracking', BACKTRACKING],
  ['books:<', '', '`<` is not closed in `books:<`', PATTERN],
  ['books>', '', '`>` at position 6 closes nothing', PATTERN],
  ['<a)(b>', '', '`)` closes no group', PATTERN],
  [{ $before: 'tomorrow' }, '.$before', '`tomorrow` is no date-time with an offset', TIME],
  [{ $after: '2026-02-30T00:00:00Z' }, '.$after', '`2026-02-30T00:00:00Z` is no date-time', TIME],
  [{ $timeWindow: { from: '25:00' } }, '.$timeWindow.from', '`25:00` is no time of day', TIME],
  [{ $timeWindow: { zone: 'Mars/Olympus' } }, '.$timeWindow.zone', '`Mars/Olympus` is no time zone', TIME],
  [nested(100_000), '.$not'.repeat(60), 'deeper than 64 levels', INVALID],
];

const INQUIRIES: readonly Row<unknown>[] = [
  [null, '', 'an inquiry is a dictionary, not a null', INQUIRY],
  ['max', '', 'an inquiry is a dictionary, not a string', INQUIRY],
  [{ sub: 'max' }, 'sub', 'unknown member `sub`', INQUIRY],
  [{ context: ['ip'] }, 'context', 'a context is a dictionary, not a list', INQUIRY],
  [{ subject: { age: Number.NaN } }, 'subject.age', '`NaN` is no JSON number', INQUIRY],
  [{ subject: () => 'max' }, 'subject', 'a function is no JSON value', INQUIRY],
  [{ resource: new Map() }, 'resource', 'a class instance is no JSON value', INQUIRY],
  [{ subject: nested(100_000) }, `subject${'.$not'.repeat(64)}`, 'deeper than 64 levels', INQUIRY],
];

let storage: MemoryStorage;
let intrinsics: Intrinsics;

beforeEach(() => {
  intrinsics = readIntrinsics();
  storage = new MemoryStorage([POLICY]);
});

afterEach(async () => {
  expect(await storage.revision(), 'a wrong input must not change what is stored').toBe(1);
  expect(await storage.getAll(10, 0)).toEqual([POLICY]);
  expect(changedIntrinsics(intrinsics), 'a wrong input must not change the language').toEqual([]);
});

describe('malformed input is refused with a message that names the place, and changes nothing:', () => {
  test.each(YAML)('YAML document %#', async (text, place, says, code) => {
    expectIssue(await load(text, 'yaml'), `p:${place}`, says, code);
    if (code === DOCUMENT || code === LIMIT) expectThrown(() => formatDocument(text, { file: 'p' }), code);
  });

  test.each(JSON_TEXTS)('JSON document %#', async (text, place, says, code) => {
    expectIssue(await load(text, 'json'), `p:${place}`, says, code);
    expectThrown(() => formatDocument(text, { file: 'p', format: 'json' }), code);
  });

  test.each(POLICIES)('policy %#', async (policy, place, says, code) => {
    expectIssue(parsePolicy(policy), place, says, code);
    expectIssue(parsePolicies([POLICY, policy]), `[1]${place === '' ? '' : `.${place}`}`, says, code);
    await expectRejected(storage.add(policy as Policy), says, code);
    await expectRejected(
      storage.apply([
        { type: 'delete', uid: 'a' },
        { type: 'add', policy: policy as Policy },
      ]),
      says,
      code,
    );
  });

  test.each(RULES)('rule %#', async (rule, place, says, code) => {
    const policy = { ...POLICY, uid: 'b', subjects: ['max', rule] };
    expectIssue(parsePolicy(policy), `subjects[1]${place}`, says, code);
    await expectRejected(storage.add(policy as Policy), says, code);
  });

  test.each(INQUIRIES)('inquiry %#', (inquiry, place, says, code) => {
    expectIssue(parseInquiry(inquiry), place, says, code);
  });

  test('a list of policies that is none', () => {
    expectIssue(parsePolicies({ policies: [] }), '', 'policies are a list, not a dictionary', INVALID);
  });

  test('a uid that is taken', async () => {
    await expectRejected(storage.add(POLICY), '`a`', 'CARDEA_POLICY_EXISTS');
  });
});

/** Loads a document as an application does: everything in it, or nothing. */
async function load(text: string, format: 'yaml' | 'json'): Promise<Parsed<unknown>> {
  const parsed = parseDocument(text, { file: 'p', format });
  if (parsed.ok) await storage.apply(parsed.value.policies.map((policy) => ({ type: 'add', policy })));
  return parsed;
}

function expectIssue(parsed: Parsed<unknown>, place: string, says: string, code: ErrorCode): void {
  const issues: readonly Issue[] = parsed.ok ? [] : parsed.issues;
  const [first] = issues;
  if (first === undefined) throw new Error('the input was accepted');
  expect(formatIssue(first).slice(0, place.length)).toBe(place);
  expect(first).toMatchObject({ code, message: expect.stringContaining(says) as string });
  for (const { message } of issues) expectClear(message);
}

async function expectRejected(promise: Promise<unknown>, says: string, code: ErrorCode): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expectTyped(error, code);
  expect((error as CardeaError).message).toContain(says);
}

function expectThrown(call: () => unknown, code: ErrorCode): void {
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  expectTyped(error, code);
}

function expectTyped(error: unknown, code: ErrorCode): void {
  expect(isCardeaError(error), String(error)).toBe(true);
  expect((error as CardeaError).code).toBe(code);
  expectClear((error as CardeaError).message);
}

/** One line, no trace, no name of a type of the language, no final period. */
function expectClear(message: string): void {
  expect(message).not.toMatch(
    /[\n\r\u001b]|\bat .+:\d+:\d+|node:|(?:Type|Range|Syntax|Reference)Error|undefined is not|\.$/,
  );
}

/** Ten levels of ten aliases each: ten thousand million values in a text of a few lines. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, at) => `- &a${at + 1} [${`*a${at}, `.repeat(9)}*a${at}]`);
  return [`- &a0 [${'x, '.repeat(9)}x]`, ...levels].join('\n');
}

function cyclic(): unknown {
  const obligation: { self?: unknown } = {};
  obligation.self = obligation;
  return { ...POLICY, obligations: [obligation] };
}

function nested(levels: number): unknown {
  let value: unknown = { $any: true };
  for (let level = 0; level < levels; level++) value = { $not: value };
  return value;
}
