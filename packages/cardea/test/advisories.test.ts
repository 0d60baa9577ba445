import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Truth } from '../src/ast/truth.ts';
import type { Json } from '../src/ast/json.ts';
import { evaluateCondition } from '../src/decide/reference.ts';
import { formatIssue, type Issue } from '../src/errors.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import type { Policy } from '../src/model/policy.ts';
import { defaultChecker } from '../src/syntax/checkers.ts';
import { formatDocument, parseDocument } from '../src/syntax/document/index.ts';
import { functionTable } from '../src/syntax/functions/table.ts';
import { lowerPolicy } from '../src/syntax/lower-policy.ts';
import { parsePolicies, parsePolicy } from '../src/syntax/validate.ts';
import { inquiryArb, policyArb, touchy } from './arbitrary.ts';
import { changedIntrinsics, type Intrinsics, readIntrinsics } from './intrinsics.ts';

// What went wrong elsewhere, told here as a rule that holds. Caches, concurrency and reloads have tests of
// their own beside the guard.

const TIMEOUT_MS = 300_000;
const FUNCTIONS = functionTable([touchy]);
const POLICY: Policy = { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] };
const INQUIRY: Inquiry = { subject: 'max', action: 'get', resource: 'book' };

let intrinsics: Intrinsics;
beforeEach(() => {
  intrinsics = readIntrinsics();
});
afterEach(() => expect(changedIntrinsics(intrinsics)).toEqual([]));

describe('CASL CVE-2026-1774 and CVE-2026-111172: names of attributes reach no prototype', () => {
  const NAMES = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'call',
    'hasOwnProperty',
    '__defineGetter__',
    'toString.call',
    'a',
  ];
  const hostileArb = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof({ maxDepth: 4 }, fc.constantFrom<Json>('x', 1, null, { $present: true }), entries(tie('json'))),
  })).json;
  function entries(value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
    return fc
      .array(fc.tuple(fc.constantFrom(...NAMES), value), { minLength: 1, maxLength: 3 })
      .map((members) => Object.fromEntries(members));
  }

  test(
    'whatever parses, formats and decides over hostile names changes nothing',
    () => {
      fc.assert(
        fc.property(
          entries(hostileArb),
          entries(hostileArb),
          fc.constantFrom('json', 'yaml'),
          (rules, values, format) => {
            const policy = {
              ...POLICY,
              subjects: [rules],
              context: rules,
              labels: Object.fromEntries([['__proto__', 'x']]),
              obligations: [rules],
            };
            const text = JSON.stringify([policy]);
            const parsed = parseDocument(formatDocument(text, { format }), { format });
            if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join('\n'));
            expect(parsed.value.policies).toEqual([policy]);
            truthOf(parsed.value.policies[0], { subject: values, context: values as Inquiry['context'] & object });
          },
        ),
      );
    },
    TIMEOUT_MS,
  );

  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'])(
    'an inherited `%s` is no attribute',
    (name) => {
      const policy = { ...POLICY, subjects: [Object.fromEntries([[name, { $present: true }]])] };
      expect(truthOf(policy, { ...INQUIRY, subject: {} })).toBe('false');
      expect(truthOf(policy, { ...INQUIRY, subject: JSON.parse(`{"${name}": 1}`) as Json })).toBe('true');
    },
  );

  test('a dot in a name is part of the name', () => {
    const policy = { ...POLICY, subjects: [{ 'owner.id': 1 }] };
    expect(truthOf(policy, { ...INQUIRY, subject: { owner: { id: 1 } } })).toBe('unknown');
    expect(truthOf(policy, { ...INQUIRY, subject: { 'owner.id': 1 } })).toBe('true');
  });
});

describe('jsonpath CVE-2024-21534, simpleeval CVE-2026-32640, CedarJava CVE-2026-55773: no text is code', () => {
  const CODE = [
    '"]);globalThis.pwned=1//',
    "constructor.constructor('globalThis.pwned=1')()",
    '$..[?(globalThis.pwned=1)]',
    '${globalThis.pwned=1}',
    '`${globalThis.pwned=1}`',
    "' || true || '",
    '" || true || "',
    '\u2028globalThis.pwned=1\u2029',
    '{{constructor.constructor("globalThis.pwned=1")()}}',
    '__import__("os").system("true")',
    '().__class__.__bases__[0]',
  ];

  test.each(CODE)('%j as a value and as a name is nothing else', (text) => {
    const named = (value: string): Inquiry['context'] & object => Object.fromEntries([[`of ${text}`, value]]);
    const policy = { ...POLICY, subjects: [{ $eq: text }], context: named(text) };
    expect(truthOf(policy, { ...INQUIRY, subject: text, context: named(text) })).toBe('true');
    expect(truthOf(policy, { ...INQUIRY, context: named('other') })).toBe('false');
    expect('pwned' in globalThis).toBe(false);
  });

  test.each(CODE)('%j as a function is one that is not registered', (text) => {
    expect(issuesOf({ ...POLICY, subjects: [{ $custom: [text] }] }, true)).toEqual([
      expect.stringContaining('CARDEA_UNKNOWN_FUNCTION'),
    ]);
    expect('pwned' in globalThis).toBe(false);
  });
});

describe('jsonpickle CVE-2020-22083 and pickled policies: no text names a class', () => {
  test.each([
    '!!python/object/apply:os.system ["true"]',
    '!!js/function "globalThis.pwned=1"',
    '!ruby/object:Gem {}',
    '!<tag:yaml.org,2002:js/regexp> /a/',
  ])('the tag of %j is refused', (text) => {
    const parsed = parseDocument(`- uid: ${text}`);
    expect(parsed.ok ? [] : parsed.issues.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^the tag .* is not allowed/),
    );
    expect('pwned' in globalThis).toBe(false);
  });

  test.each(['py/object', 'py/reduce', '__class__', '@type', '__entity', '__extn'])(
    '`%s` is an attribute like any other',
    (name) => {
      const dictionary = { [name]: 'vakt.rules.operator.Eq', val: 1 };
      const policy = { ...POLICY, subjects: [dictionary] };
      expect(truthOf(policy, { ...INQUIRY, subject: dictionary })).toBe('true');
      expect(truthOf(policy, { ...INQUIRY, subject: 1 })).toBe('unknown');
    },
  );
});

describe('CedarJava CVE-2026-55772: the values of an inquiry have no magic members', () => {
  test('rules in a value are not rules', () => {
    const policy = { ...POLICY, subjects: [{ role: 'admin' }] };
    for (const role of [{ $any: true }, { $eq: 'admin' }, { $value: 'admin' }, { $subject: [] }]) {
      expect(truthOf(policy, { ...INQUIRY, subject: { role } })).toBe('false');
    }
  });

  test('a reference compares with the value that is there, whatever it looks like', () => {
    const policy = { ...POLICY, subjects: [{ id: { $eq: { $resource: 'owner' } } }] };
    const inquiry = (owner: Json): Inquiry => ({ ...INQUIRY, subject: { id: 'max' }, resource: { owner } });
    expect(truthOf({ ...policy, resources: [{ $any: true }] }, inquiry({ $subject: 'id' }))).toBe('false');
    expect(truthOf({ ...policy, resources: [{ $any: true }] }, inquiry('max'))).toBe('true');
  });

  test('`__entity` makes no entity', () => {
    const policy = { ...POLICY, subjects: ['user:admin'] };
    expect(truthOf(policy, { ...INQUIRY, subject: { __entity: { type: 'user', id: 'admin' } } })).not.toBe('true');
    expect(truthOf(policy, { ...INQUIRY, subject: { type: 'user', id: 'admin', role: 'x' } })).not.toBe('true');
  });
});

describe('Cedar GHSA-c33x-vcv4-vg3g: nothing malformed is silently corrected', () => {
  test.each<[string, object]>([
    ['a rule one level too high', { subjects: { $any: true } }],
    ['a member of another product', { condition: true }],
    ['a rule as the context', { context: { $any: true } }],
    ['two arguments for one rule', { subjects: [{ $eq: { $subject: 'a', $value: 1 } }] }],
    ['an argument one level too deep', { subjects: [{ $startsWith: { text: 'a' } }] }],
    ['the effect of another product', { effect: 'Allow' }],
    ['a list in a list', { subjects: [['max']] }],
    ['a priority as a text', { priority: '1' }],
  ])('%s is an error in every form', (_, members) => {
    const text = JSON.stringify([{ ...POLICY, ...members }]);
    expect(parsePolicies(JSON.parse(text)).ok).toBe(false);
    expect(parseDocument(text, { format: 'json' }).ok).toBe(false);
    expect(parseDocument(text, { format: 'yaml' }).ok).toBe(false);
  });
});

describe('OPA CVE-2022-23628: formatting changes no decision', () => {
  test(
    'format-preserves-decisions',
    () => {
      fc.assert(
        fc.property(
          fc.array(storablePolicyArb(), { minLength: 1, maxLength: 3 }),
          inquiryArb,
          fc.constantFrom('json', 'yaml'),
          (policies, inquiry, format) => {
            const text = JSON.stringify(policies.map((policy, at) => ({ ...policy, uid: String(at) })));
            const formatted = parseDocument(formatDocument(text, { format }), { format, functions: FUNCTIONS });
            if (!formatted.ok) throw new Error(formatted.issues.map(formatIssue).join('\n'));
            expect(formatted.value.policies.map((policy) => truthOf(policy, inquiry))).toEqual(
              policies.map((policy) => truthOf(policy, inquiry)),
            );
          },
        ),
        { numRuns: 200 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('Keto#1522: order means nothing', () => {
  test(
    'order-independence: of elements, of rules and of members',
    () => {
      fc.assert(
        fc.property(policyArb, inquiryArb, (policy, inquiry) => {
          expect(truthOf(reversed(policy as unknown as Json) as unknown as Policy, inquiry)).toBe(
            truthOf(policy, inquiry),
          );
        }),
      );
    },
    TIMEOUT_MS,
  );
});

describe('casbin keyMatch3, OPA GHSA-f524-rf33-2jjr: what is invalid fails when loaded, wherever it hides', () => {
  const INVALID: readonly Json[] = [
    { $regexMatch: '(' },
    { $regexMatch: '[' },
    { $regexMatch: '*' },
    { $regexMatch: 'a{2,1}' },
    { $regexMatch: '(?<=a)b' },
    { $regexMatch: '(?!a)' },
    { $regexMatch: '(a)\\1' },
    { $cidr: '10.0.0.0/33' },
    { $gt: 1 },
    { $where: 'true' },
    { $regex: 'a' },
    { $function: 'f' },
    { $custom: ['not.registered'] },
    { $before: 'now' },
  ];
  const HIDING: readonly ((rule: Json) => Json)[] = [
    (rule) => rule,
    (rule) => ({ $not: rule }),
    (rule) => ({ $not: { $not: rule } }),
    (rule) => ({ $or: [{ $any: true }, rule] }),
    (rule) => ({ $and: [{ $neither: true }, rule] }),
    (rule) => ({ $some: rule }),
    (rule) => ({ $every: { $or: [rule, { $eq: 1 }] } }),
    (rule) => ({ deep: { deeper: { $some: { deepest: rule } } } }),
  ];

  test.each(INVALID)('%j', (rule) => {
    for (const hide of HIDING) {
      for (const effect of ['allow', 'deny'] as const) {
        const members = [{ subjects: ['max', hide(rule)] }, { context: { x: hide(rule) } }];
        for (const member of members) expect(issuesOf({ ...POLICY, effect, ...member }, true)).not.toEqual([]);
      }
    }
  });

  test.each(['<(>', '<[>', '<*>', 'books:<', 'books>', '<(?=a)>', '<a)(b>'])('the text %j', (text) => {
    expect(issuesOf({ ...POLICY, resources: ['book', text] })).not.toEqual([]);
  });
});

describe('opa#3860, keto#104: no pattern and no input takes more than linear time', () => {
  const EVIL = [
    '(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(.*a){20}$',
    '^.*.*.*=.*$',
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
    '^(\\w+\\s?)*$',
    '^((a+)*)*b$',
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '\\s+$',
    '^(a?){30}a{30}$',
  ];

  // A matcher that backtracks would take longer than the universe is old; the test would run out of time.
  test.each(EVIL)('%j', (pattern) => {
    const policies = [{ $regexMatch: pattern }, `<${pattern}>`];
    for (const subject of policies) {
      for (const text of [
        `${'a'.repeat(50_000)}!`,
        'x'.repeat(50_000),
        `${' '.repeat(50_000)}!`,
        `${'a '.repeat(25_000)}!`,
      ]) {
        expect(truthOf({ ...POLICY, subjects: [subject] }, { ...INQUIRY, subject: text })).toMatch(/true|false/);
      }
    }
  });
});

describe('policy text cannot forge the lines of a log or move the cursor of a terminal', () => {
  const HOSTILE = [
    'a\nb',
    'a\r\u001b[2K\u001b[1Aallowed',
    '\u202Ereversed',
    'a\u2028b',
    '\u0000',
    '\u009b31m',
    '\u200b',
    '`quoted`',
  ];
  const hostileArb = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)),
  );

  test(
    'every issue is one line without control characters',
    () => {
      fc.assert(
        fc.property(hostileArb, fc.constantFrom('json', 'yaml'), hostileArb, (text, format, file) => {
          const wrong = [
            { ...POLICY, [text]: 1 },
            { ...POLICY, uid: text },
            { ...POLICY, uid: text },
            { ...POLICY, effect: text },
            {
              ...POLICY,
              subjects: [
                text,
                `<${text}`,
                { [`$${text}`]: 1 },
                { $cidr: text },
                { $custom: [text] },
                { [text]: { $eqq: text } },
              ],
            },
          ];
          const parsed = parseDocument(JSON.stringify(wrong), { file, format, functions: FUNCTIONS });
          for (const issue of parsed.ok ? [] : parsed.issues) expectPrintable(issue);
          const raw = parseDocument(text, { file, format });
          for (const issue of raw.ok ? [] : raw.issues) expectPrintable(issue);
        }),
      );
    },
    TIMEOUT_MS,
  );
});

function expectPrintable(issue: Issue): void {
  expect(formatIssue(issue)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(issue.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
}

function issuesOf(policy: unknown, known = false): readonly string[] {
  const parsed = parsePolicy(policy, known ? { functions: FUNCTIONS } : {});
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

/** The truth of a policy's condition, as the reference interpreter finds it. */
function truthOf(policy: unknown, inquiry: Inquiry): Truth {
  const parsed = parsePolicy(policy, { functions: FUNCTIONS });
  const lowered = parsed.ok ? lowerPolicy(parsed.value, { checker: defaultChecker(), functions: FUNCTIONS }) : parsed;
  if (!lowered.ok) throw new Error(lowered.issues.map(formatIssue).join('\n'));
  return evaluateCondition(lowered.value.condition, { inquiry, functions: FUNCTIONS });
}

/** Policies that a document can hold: without numbers beyond 2^53 - 1. */
function storablePolicyArb(): fc.Arbitrary<Policy> {
  return policyArb.filter((policy) => !JSON.stringify(policy).includes('9007199254740992'));
}

/** The same value with every list of rules or elements and every dictionary turned round. */
function reversed(json: Json, ordered = false): Json {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return ordered ? json : [...json].reverse().map((item: Json) => reversed(item));
  const members = Object.entries(json).map(([name, value]) => [name, reversed(value, hasOrder(name))] as const);
  return Object.fromEntries(members.reverse());
}

// A list that is a literal, a path or the arguments of a function has an order; the elements of a policy have none.
function hasOrder(name: string): boolean {
  return ![
    'subjects',
    'actions',
    'resources',
    '$and',
    '$or',
    '$in',
    '$notIn',
    '$allIn',
    '$anyIn',
    '$noneIn',
    '$allNotIn',
  ].includes(name);
}
