import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyArb, templateArb } from '../../../test/arbitrary.ts';
import { formatIssue } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import { parsePolicies, parsePolicy } from '../validate.ts';
import { DOCUMENT_LIMITS } from './document-limits.ts';
import { formatDocument } from './format-document.ts';
import { parseDocument, parseDocuments } from './parse-document.ts';
import type { DocumentFormat } from './read-document.ts';

const READ = "- {uid: read, effect: allow, subjects: [max], actions: [get], resources: ['books:<\\d+>']}\n";

function issuesOf(text: string, file = 'p.yaml'): readonly string[] {
  const parsed = parseDocument(text, { file });
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

const TIMEOUT_MS = 300_000;

const anyPolicyArb = fc.oneof(policyArb, templateArb);

describe('parseDocument', () => {
  test.each([
    ['a list', READ],
    ['a mapping', `policies:\n${READ}`],
    ['a mapping with version and schema', `$schema: ./policy.schema.json\ncardea: 1\npolicies:\n${READ}`],
    ['a stream with empty documents', `---\n---\n${READ}---\n# nothing\n`],
    [
      'JSON read as YAML',
      '[{"uid":"read","effect":"allow","subjects":["max"],"actions":["get"],"resources":["books:<\\\\d+>"]}]',
    ],
  ])('reads %s', (_, text) => {
    const parsed = parseDocument(text, { file: 'p.yaml' });
    expect(parsed).toMatchObject({ ok: true, value: { policies: [{ uid: 'read', resources: ['books:<\\d+>'] }] } });
  });

  test('reads several documents of a text in order and knows where each policy begins', () => {
    const parsed = parseDocument(
      `${READ}---\n- uid: b\n${READ.slice(12)
        .replaceAll(/^,|\}$/gm, '')
        .split(', ')
        .map((member) => `  ${member.trim().replace(/^[{,]/, '')}`)
        .join('\n')}\n`,
    );
    if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join('\n'));
    expect(parsed.value.policies.map(({ uid }) => uid)).toEqual(['read', 'b']);
    expect([...parsed.value.positions]).toEqual([
      ['read', { line: 1, column: 3 }],
      ['b', { line: 3, column: 3 }],
    ]);
  });

  test('reports everything that is wrong at once, each with file, line, column and path', () => {
    const text = `- uid: a\n  efect: allow\n  subjects: [max, {age: {$eqq: 1}}]\n  actions: ['<[>']\n  resources: [{ip: {$cidr: 10.0.0.5/8}}]\n${READ}${READ}`;
    expect(issuesOf(text)).toEqual([
      expect.stringMatching(/^p\.yaml:2:3: \[0\]\.efect: unknown member `efect`; .* \[CARDEA_INVALID_POLICY\]$/),
      expect.stringMatching(
        /^p\.yaml:1:3: \[0\]\.effect: is missing; it must be `allow` or `deny` \[CARDEA_INVALID_POLICY\]$/,
      ),
      expect.stringMatching(
        /^p\.yaml:3:26: \[0\]\.subjects\[1\]\.age\.\$eqq: unknown rule `\$eqq` \[CARDEA_INVALID_RULE\]$/,
      ),
      expect.stringMatching(/^p\.yaml:4:13: \[0\]\.actions\[0\]: .* \[CARDEA_INVALID_PATTERN\]$/),
      expect.stringMatching(
        /^p\.yaml:5:21: \[0\]\.resources\[0\]\.ip\.\$cidr: `10\.0\.0\.5\/8` is no network .* \[CARDEA_INVALID_NETWORK\]$/,
      ),
      'p.yaml:7:4: [2].uid: uid `read` is also that of the policy at `p.yaml:6` [CARDEA_DUPLICATE_UID]',
    ]);
  });

  test('tells the same places in JSON as in YAML', () => {
    const text = JSON.stringify(
      [{ uid: 'a', effect: 'alow', subjects: ['max'], actions: ['get'], resources: [{ $any: false }] }],
      null,
      2,
    );
    const places = (file: string): readonly string[] => issuesOf(text, file).map((line) => line.slice(file.length));
    expect(places('p.json')).toEqual(places('p.yaml'));
    expect(places('p.json')[0]).toMatch(/^:4:5: \[0\]\.effect: must be `allow` or `deny`/);
  });

  test.each([
    ['', 'the document is empty; write `[]` for no policies'],
    ['# only a comment', 'the document is empty; write `[]` for no policies'],
    ['max', 'a document is a list of policies, or a mapping with `policies`, not `max`'],
    ['{}', 'policies: is missing; it must be a list of policies'],
    ['policies: 1', 'policies: must be a list of policies, not `1`'],
    ['policies: []\ncardea: 2', 'cardea: must be 1, not `2`: this version of the library reads no other form'],
    ['policies: []\nversion: 1', 'version: unknown member `version`; a document has $schema, cardea, policies'],
  ])('%# refuses a frame that is none', (text, message) => {
    expect(issuesOf(text)).toEqual([expect.stringContaining(message)]);
  });

  test('an explicit empty list is a document without policies', () => {
    expect(parseDocument('[]')).toMatchObject({ ok: true, value: { policies: [] } });
  });

  test('a text that is too long is refused unread', () => {
    const text = `${' '.repeat(50 * 1024 * 1024)}[`;
    expect(issuesOf(text)).toEqual([
      `p.yaml:1:1: the text has ${text.length} characters, more than the ${DOCUMENT_LIMITS.maxLength} allowed [CARDEA_DOCUMENT_LIMIT]`,
    ]);
  });

  test('a million mistakes are counted, not listed', () => {
    const parsed = parseDocument(`[${'{},'.repeat(3_000)}]`, { format: 'yaml' });
    expect(parsed.ok ? [] : parsed.issues).toHaveLength(1_001);
    expect(parsed).toMatchObject({
      issues: { 1000: { message: expect.stringMatching(/^\d+ further issues are not listed$/) } },
    });
  });

  test('whoever calls with a limit, a format or a text that is none is told at once', () => {
    const call =
      (options: object, text: unknown = '[]') =>
      () =>
        parseDocument(text as string, options);
    expect(call({ maxDepth: 1_000 })).toThrow('maxDepth must be a whole number from 1 to 256, not `1000`');
    expect(call({ format: 'toml' })).toThrow('format must be `yaml` or `json`, not `toml`');
    expect(call({}, 1)).toThrow('the text of a document must be a string');
  });

  test(
    'no text makes it throw',
    () => {
      const fragments = [
        '- ',
        '  ',
        '\n',
        'uid: a',
        '{',
        '}',
        '[',
        ']',
        ': ',
        ', ',
        '"',
        "'",
        '&a ',
        '*a',
        '!!str ',
        '|',
        '>-',
        '# c',
        '---',
        '...',
        '%TAG ! x',
        '? ',
        '<<',
        '\t',
        '\r\n',
        '\0',
        'é',
        '~',
        '1e999',
        '__proto__',
      ];
      const text = fc.oneof(
        fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      );
      fc.assert(
        fc.property(text, fc.constantFrom('yaml', 'json'), (input, format) => {
          const parsed = parseDocument(input, { format });
          expect(parsed.ok || parsed.issues.every(({ line, message }) => (line ?? 0) > 0 && message !== '')).toBe(true);
        }),
      );
    },
    TIMEOUT_MS,
  );

  test(
    'json-round-trip: the policies of a JSON document are those that were written',
    () => {
      fc.assert(fc.property(exactPoliciesArb, (policies) => expectRoundTrip(policies, 'json')));
    },
    TIMEOUT_MS,
  );

  test(
    'print-parse-round-trip: a policy that is printed as a document is read as it was',
    () => {
      fc.assert(
        fc.property(exactPolicyArb, fc.constantFrom('yaml', 'json'), (policy, format) => {
          const parsed = parseDocument(formatDocument(JSON.stringify([policy]), { format }), { format });
          const wanted = parsePolicy(JSON.parse(JSON.stringify(policy)));
          expect(parsed.ok && parsed.value.policies[0]).toEqual(wanted.ok && wanted.value);
        }),
      );
    },
    TIMEOUT_MS,
  );

  test('the YAML reader reads JSON as the JSON reader does', () => {
    fc.assert(
      fc.property(exactPoliciesArb, (policies) => expectRoundTrip(policies, 'yaml')),
      { numRuns: 200 },
    );
  });
});

function expectRoundTrip(policies: readonly Policy[], format: DocumentFormat): void {
  const text = JSON.stringify(policies);
  const wanted = parsePolicies(JSON.parse(text));
  const parsed = parseDocument(text, { format });
  expect(parsed.ok && parsed.value.policies).toEqual(wanted.ok && wanted.value);
}

/** Policies without numbers that a document refuses: those beyond 2^53 - 1. */
const exactPolicyArb = anyPolicyArb.filter((policy) => !JSON.stringify(policy).includes('9007199254740992'));
const exactPoliciesArb = fc.uniqueArray(exactPolicyArb, { maxLength: 4, selector: ({ uid }) => uid });

describe('parseDocuments', () => {
  test('reads links with their places, before or after their templates', () => {
    const share =
      '- {uid: t, slots: [user, n], effect: allow, subjects: [{$slot: user}], actions: [get], resources: [{n: {$slot: n}}]}';
    const parsed = parseDocuments([
      {
        file: 'links.yaml',
        text: 'links:\n  - {template: t, values: {user: max, n: 1}}\n  - template: elsewhere\n    values: {x: null}\n',
      },
      { file: 'both.yaml', text: `links: [{template: t, values: {n: "1", user: true}}]\npolicies:\n${share}\n` },
    ]);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        policies: [{ uid: 't', slots: ['user', 'n'] }],
        links: [
          { template: 't', values: { user: 'max', n: 1 } },
          { template: 'elsewhere', values: { x: null } },
          { template: 't', values: { user: true, n: '1' } },
        ],
        linkPositions: [
          { file: 'links.yaml', line: 2, column: 5 },
          { file: 'links.yaml', line: 3, column: 5 },
          { file: 'both.yaml', line: 1, column: 9 },
        ],
      },
    });
  });

  test.each<[string, string, string]>([
    [
      'no list',
      'links: {template: t}',
      'p.yaml:1:1: links: must be a list of links, not `{"template":"t"}` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'no dictionary',
      'links:\n- t',
      'p.yaml:2:3: links[0]: a link is a dictionary of template and values, not a string [CARDEA_INVALID_LINK]',
    ],
    [
      'no template',
      'links:\n- values: {}',
      'p.yaml:2:3: links[0].template: must be the uid of a template, not `undefined` [CARDEA_INVALID_LINK]',
    ],
    [
      'no values',
      'links:\n- template: t',
      'p.yaml:2:3: links[0].values: must be a dictionary with a value for each slot, not `undefined` [CARDEA_INVALID_LINK]',
    ],
    [
      'a list for a value',
      'links:\n- {template: t, values: {user: [max]}}',
      'p.yaml:2:26: links[0].values.user: a slot is filled by a string, a number, a boolean or null, not by `["max"]` [CARDEA_INVALID_LINK]',
    ],
    [
      'a uid',
      'links:\n- {template: t, values: {user: max}, uid: a}',
      'p.yaml:2:38: links[0].uid: unknown member `uid`; a link has template and values [CARDEA_INVALID_LINK]',
    ],
    [
      'a policy for a template',
      `policies:\n${READ}links:\n- {template: read, values: {user: max}}`,
      'p.yaml:4:4: links[0].template: policy `read` has no slots, so that it is no template [CARDEA_INVALID_LINK]',
    ],
    [
      'other slots than its template',
      `policies:\n${READ.replace('[max]', '[{$slot: user}], slots: [user]')}links:\n- {template: read, values: {name: max}}`,
      'p.yaml:4:20: links[0].values: template `read` has the slots user, not those of `{"name":"max"}` [CARDEA_INVALID_LINK]',
    ],
  ])('refuses a link that has %s', (_, text, issue) => {
    expect(issuesOf(text)).toEqual([issue]);
  });

  test('a uid may occur once in all files', () => {
    const parsed = parseDocuments([
      { file: 'a.yaml', text: READ },
      {
        file: 'b.json',
        text: JSON.stringify([{ uid: 'read', effect: 'deny', subjects: ['a'], actions: ['b'], resources: ['c'] }]),
      },
    ]);
    expect(parsed.ok ? [] : parsed.issues.map(formatIssue)).toEqual([
      'b.json:1:3: [0].uid: uid `read` is also that of the policy at `a.yaml:1` [CARDEA_DUPLICATE_UID]',
    ]);
  });

  test('one wrong file spoils them all, and every file is looked at', () => {
    const parsed = parseDocuments([
      { file: 'a.yaml', text: 'a: [' },
      { file: 'b.yaml', text: READ },
      { file: 'c.json', text: '[1]' },
    ]);
    expect(parsed.ok ? [] : parsed.issues.map(({ file }) => file)).toEqual(['a.yaml', 'c.json']);
  });
});
