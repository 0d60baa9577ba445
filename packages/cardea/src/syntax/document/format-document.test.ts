import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, isCollection, isScalar, type Node, visit } from 'yaml';
import { policyArb } from '../../../test/arbitrary.ts';
import type { Json } from '../../ast/json.ts';
import { isCardeaError } from '../../errors.ts';
import { formatDocument } from './format-document.ts';
import { parseDocument } from './parse-document.ts';

// A run formats a whole text several times: a tenth of the runs of other properties.
const FEWER = { numRuns: Math.ceil((fc.readConfigureGlobal()?.numRuns ?? 100) / 10) };
const TIMEOUT_MS = 300_000;

describe('formatDocument', () => {
  test('orders the members of policies and keeps each comment with its member', () => {
    const text = [
      '# the library',
      '- effect: allow   # for now',
      '  # never reuse',
      "  uid: 'a'",
      '  subjects: [max,   molly]',
      '  actions:',
      '  # reading',
      '  - get',
      '  resources: ["<books:\\\\d+>"]',
      '- {resources: [r], actions: [x], subjects: [s], effect: deny, uid: b}',
      '# the end',
    ].join('\n');
    expect(formatDocument(text)).toBe(
      [
        '# the library',
        '# never reuse',
        "- uid: 'a'",
        '  effect: allow # for now',
        '  subjects: [max, molly]',
        '  actions:',
        '    # reading',
        '    - get',
        '  resources: ["<books:\\\\d+>"]',
        '- {uid: b, effect: deny, subjects: [s], actions: [x], resources: [r]}',
        '',
        '# the end',
        '',
      ].join('\n'),
    );
  });

  test('writes JSON with short values on one line', () => {
    const text =
      '{"policies":[{"effect":"allow","uid":"a","subjects":["max",{"role":"admin"}],"actions":[],"resources":["r"],"context":{}}],"cardea":1}';
    expect(formatDocument(text, { file: 'p.json' })).toBe(
      [
        '{',
        '  "cardea": 1,',
        '  "policies": [',
        '    {',
        '      "uid": "a",',
        '      "effect": "allow",',
        '      "subjects": ["max", { "role": "admin" }],',
        '      "actions": [],',
        '      "resources": ["r"],',
        '      "context": {}',
        '    }',
        '  ]',
        '}',
        '',
      ].join('\n'),
    );
  });

  test('writes templates and links in their order, a link on a line', () => {
    const link = { values: { user: 'max' }, template: 't' };
    const policy = {
      effect: 'allow',
      subjects: [{ $slot: 'user' }],
      actions: ['a'],
      resources: ['r'],
      slots: ['user'],
      uid: 't',
    };
    const json = formatDocument(JSON.stringify({ links: [link], policies: [policy] }), { format: 'json' });
    expect(json.split('\n').map((line) => line.trim())).toEqual([
      '{',
      '"policies": [',
      '{',
      '"uid": "t",',
      '"slots": ["user"],',
      '"effect": "allow",',
      '"subjects": [{ "$slot": "user" }],',
      '"actions": ["a"],',
      '"resources": ["r"]',
      '}',
      '],',
      '"links": [',
      '{ "template": "t", "values": { "user": "max" } }',
      ']',
      '}',
      '',
    ]);
    const yaml = 'links:\n  # of max\n  - values: {user: max}\n    template: t # the template\n';
    expect(formatDocument(yaml)).toBe('links:\n  # of max\n  - template: t # the template\n    values: {user: max}\n');
  });

  test('members stay in place where an alias could come before its anchor', () => {
    const text = '- resources: &r [a]\n  actions: *r\n  uid: a\n';
    expect(formatDocument(text)).toBe(text);
  });

  test.each([
    ['several documents', '# a\n- uid: a\n---\n# b\n- uid: b\n'],
    ['a directive', '%YAML 1.2\n---\n- uid: a\n'],
    ['an explicit end', '- uid: a\n...\n---\n- uid: b\n'],
    ['a block scalar', '- uid: a\n  description: |\n    one\n\n      two\n'],
    ['a kept line break', '- uid: a\n  description: |+\n    one\n\n'],
    ['numbers as they are written', '- uid: a\n  priority: 0x1f\n  obligations: [1.50, 1e+3, -0, 0o17]\n'],
    ['strings that look like other types', "- uid: 'yes'\n  labels: {a: 'true', b: '1', c: yes, d: '~'}\n"],
  ])('keeps %s', (_, text) => {
    expect(formatDocument(text)).toBe(text);
  });

  test('line breaks, byte order mark and tabs before comments become canonical', () => {
    expect(formatDocument('\uFEFF- uid: a\t# x\r\n  effect: allow\r\n')).toBe('- uid: a # x\n  effect: allow\n');
  });

  test('a comment after the header of a blank text stays a comment', () => {
    const text = '- uid: a\n  description: >- # c\n\n';
    expect(formatDocument(text)).toBe('- uid: a\n  description: "" # c\n');
  });

  test.each([
    ['- uid: a\n  uid: b', 'invalid document: p.yaml:2:3: [0].uid: `uid` is named twice [CARDEA_DUPLICATE_KEY]'],
    ['- [', 'invalid document: p.yaml:1:4'],
    ['uid: a', 'invalid document: p.yaml:1:1: uid: unknown member `uid`'],
  ])('%# refuses what it cannot read', (text, message) => {
    expect(() => formatDocument(text, { file: 'p.yaml' })).toThrow(message);
  });

  test(
    'format-preserves-meaning and format-is-idempotent: YAML in every style',
    () => {
      fc.assert(
        fc.property(yamlArb, (text) => {
          const formatted = formatDocument(text);
          expect(parseDocument(formatted)).toEqual(samePlaces(parseDocument(text), formatted));
          expect(formatDocument(formatted)).toBe(formatted);
        }),
        FEWER,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'no-comment-is-lost',
    () => {
      fc.assert(
        fc.property(yamlArb, (text) => {
          expect(commentsOf(formatDocument(text))).toEqual(commentsOf(text));
        }),
        FEWER,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'format-preserves-meaning and format-is-idempotent: JSON',
    () => {
      fc.assert(
        fc.property(fc.array(wildPolicyArb, { maxLength: 3 }), fc.constantFrom(0, 1, '\t'), (policies, indent) => {
          const text = JSON.stringify(policies, null, indent);
          const formatted = formatDocument(text, { format: 'json' });
          expect(JSON.parse(formatted)).toEqual(JSON.parse(text));
          expect(formatDocument(formatted, { format: 'json' })).toBe(formatted);
        }),
        FEWER,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'no text makes it throw anything but its own error',
    () => {
      const fragments = [
        '- ',
        '  ',
        '\n',
        'uid: a',
        'b: ',
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
        '---\n',
        '...\n',
        '? ',
        '\t',
        '\r\n',
        '~',
        '\n\n',
        '1.0',
      ];
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...fragments), { maxLength: 20 }),
          fc.constantFrom('yaml', 'json'),
          (parts, format) => {
            const text = parts.join('');
            const once = attempt(() => formatDocument(text, { format }));
            if (once !== undefined) expect(formatDocument(once, { format })).toBe(once);
          },
        ),
      );
    },
    TIMEOUT_MS,
  );
});

function attempt(format: () => string): string | undefined {
  try {
    return format();
  } catch (error) {
    if (isCardeaError(error)) return undefined;
    throw error;
  }
}

/** The parsed document, with the positions that its policies have in another text. */
function samePlaces(parsed: ReturnType<typeof parseDocument>, text: string): ReturnType<typeof parseDocument> {
  const other = parseDocument(text);
  return parsed.ok && other.ok
    ? {
        ok: true,
        value: { ...parsed.value, positions: other.value.positions, linkPositions: other.value.linkPositions },
      }
    : parsed;
}

function commentsOf(text: string): readonly string[] {
  return (text.match(/# c\d+$/gm) ?? []).sort();
}

const textArb = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'yes',
    'null',
    '~',
    '1',
    '1e3',
    '# no comment',
    'a: b',
    'a #b',
    '- a',
    "it's",
    '"',
    '\\',
    '\n',
    'a\n',
    '\na',
    'a\n\nb ',
    ' a',
    'a ',
    '\t',
    '&a',
    '*a',
    '!a',
    '%a',
    '@',
    '`',
    '---',
    '...',
    '{}',
    '[]',
    '<<',
    '__proto__',
    '\u2028',
    '\u0085',
    '\u007f',
    '\0',
    '\uFEFF',
    'x'.repeat(200),
    'word '.repeat(40),
  ),
  fc.string({ unit: 'grapheme' }),
);

// Numbers that a document can hold, and names that reach for the prototype.
const wildJsonArb: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    textArb,
    fc.constantFrom<Json>(null, true, false, 0, 1, -1, 0.5, 1e-7, 123456.789, Number.MAX_SAFE_INTEGER),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(textArb, tie('json')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).json;

const wildPolicyArb = fc
  .tuple(
    policyArb.filter((policy) => !/9007199254740992|\[-0|-0,|:-0/.test(JSON.stringify(policy))),
    fc.record({
      uid: fc.uuid(),
      description: textArb,
      labels: fc.array(fc.tuple(textArb, textArb), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
      obligations: fc.array(wildJsonArb, { maxLength: 3 }),
    }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([policy, wild, order]) => shuffled({ ...policy, ...wild }, order));

function shuffled(policy: object, order: Iterator<number>): Readonly<Record<string, Json>> {
  const ranked = Object.entries(policy).map((entry) => [order.next().value as number, entry] as const);
  return Object.fromEntries(ranked.sort(([left], [right]) => left - right).map(([, entry]) => entry));
}

/** YAML texts of policies with every style of scalar and collection, and with comments that are all different. */
const yamlArb: fc.Arbitrary<string> = fc
  .tuple(
    fc.uniqueArray(wildPolicyArb, { minLength: 1, maxLength: 3, selector: (policy) => policy['uid'] }),
    fc.infiniteStream(fc.nat(999)),
    fc.record({
      lineWidth: fc.constantFrom(0, 20, 80),
      indent: fc.constantFrom(1, 2, 4),
      indentSeq: fc.boolean(),
      flowCollectionPadding: fc.boolean(),
    }),
    fc.boolean(),
  )
  .map(([policies, choices, options, framed]) => {
    const document = new Document(framed ? { policies, cardea: 1 } : policies, { aliasDuplicateObjects: false });
    visit(document, { Node: (key, node: Node) => decorate(node, key, choices) });
    return document.toString(options);
  })
  .filter((text) => parseDocument(text).ok);

function decorate(node: Node, key: unknown, choices: Iterator<number>): void {
  const chance = (of: number): boolean => (choices.next().value as number) % of === 0;
  if (isScalar(node) && typeof node.value === 'string' && chance(2)) {
    node.type = (['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const)[
      (choices.next().value as number) % (key === 'key' ? 3 : 5)
    ] as 'PLAIN';
  }
  if (isCollection(node) && chance(4)) node.flow = true;
  if (chance(6)) node.commentBefore = ` c${choices.next().value}`;
  if (chance(6) && key !== 'key') node.comment = ` c${choices.next().value}`;
  if (chance(6)) node.spaceBefore = true;
}
