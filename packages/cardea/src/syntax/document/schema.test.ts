import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyArb, templateArb } from '../../../test/arbitrary.ts';
import type { Json } from '../../ast/json.ts';
import { RULES } from '../rules/table.ts';
import { parsePolicy } from '../validate.ts';
import { parseDocument } from './parse-document.ts';
import { policySchema } from './schema.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, strictTuples: false }).compile(
  policySchema,
);
const POLICY = { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] };

function withSubject(subject: Json): Json {
  return [{ ...POLICY, subjects: [subject] }];
}

const anyPolicyArb = fc.oneof(policyArb, templateArb);

describe('policySchema', () => {
  test('is the schema that the package carries', () => {
    const file = new URL('../../../schema/policy.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(policySchema);
  });

  test('schema-accepts-what-parse-accepts', () => {
    fc.assert(
      fc.property(anyPolicyArb, (policy) => {
        expect(parsePolicy(policy).ok).toBe(true);
        expect(validate([policy]), JSON.stringify(validate.errors)).toBe(true);
      }),
    );
  });

  // Policies that are changed in one place: most are wrong, and where the schema refuses one the parser must too.
  test('schema-accepts-what-parse-accepts: changed policies', () => {
    fc.assert(
      fc.property(
        anyPolicyArb,
        fc.infiniteStream(fc.nat()),
        fc.constantFrom<Json>(null, true, '', 'x', 1, [], {}, { $eq: 1 }, { $x: 1 }, { a: 1 }, [1]),
        (policy, choices, value) => {
          const changed = changedSomewhere(JSON.parse(JSON.stringify(policy)) as Json, value, choices);
          const parsed = parseDocument(JSON.stringify([changed]), { format: 'json' });
          if (parsed.ok) expect(validate([changed]), JSON.stringify([changed, validate.errors])).toBe(true);
        },
      ),
    );
  });

  test.each(Object.entries(RULES))(
    'accepts the example of %s, and describes the rule',
    (name, { example, meaning }) => {
      expect(validate(withSubject({ [name]: example })), JSON.stringify(validate.errors)).toBe(true);
      expect(JSON.stringify(policySchema)).toContain(JSON.stringify(meaning).slice(1, -1));
    },
  );

  test.each<[string, Json]>([
    ['a list', [POLICY]],
    ['a mapping', { cardea: 1, policies: [POLICY] }],
    ['no policies', []],
    [
      'every member',
      [
        {
          ...POLICY,
          description: '',
          priority: -1,
          context: {},
          obligations: [null],
          labels: { a: 'b' },
          tags: ['{', '}'],
        },
      ],
    ],
    [
      'links beside policies',
      { policies: [POLICY], links: [{ template: 'elsewhere', values: { user: 'max', n: 1 } }] },
    ],
    ['links alone', { links: [] }],
    ['nested attributes', withSubject({ owner: { name: { $startsWith: 'a' }, age: 1, tags: ['x'] } })],
    ['an attribute whose name starts with a dollar', withSubject({ $$ref: 1 })],
    ['a literal with dollar members', withSubject({ a: { $eq: { $value: { $eq: 1 } } } })],
    ['a dictionary as a literal', withSubject({ a: { $eq: { b: { $c: 1 } } } })],
  ])('accepts %s', (_, document) => {
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(parseDocument(JSON.stringify(document), { format: 'json' }).ok).toBe(true);
  });

  test.each<[string, Json]>([
    ['a policy alone', POLICY],
    ['an unknown member of the document', { policies: [], version: 1 }],
    ['neither policies nor links', { cardea: 1 }],
    ['a link of no template', { links: [{ values: { user: 'max' } }] }],
    ['a link with a list for a value', { links: [{ template: 't', values: { user: ['max'] } }] }],
    ['a link with an unknown member', { links: [{ template: 't', values: { user: 'max' }, uid: 'a' }] }],
    ['no slots', [{ ...POLICY, slots: [] }]],
    ['a slot that is no name', [{ ...POLICY, slots: ['the user'], subjects: [{ $slot: 'the user' }] }]],
    ['a slot in an order', withSubject({ a: { $greater: { $slot: 'user' } } })],
    ['another version', { cardea: 2, policies: [] }],
    ['an unknown member of a policy', [{ ...POLICY, efect: 'allow' }]],
    ['a missing effect', [{ ...POLICY, effect: undefined as never }]],
    ['another effect', [{ ...POLICY, effect: 'permit' }]],
    ['an empty uid', [{ ...POLICY, uid: '' }]],
    ['no subjects', [{ ...POLICY, subjects: [] }]],
    ['subjects that are no list', [{ ...POLICY, subjects: 'max' }]],
    ['a priority that is no whole number', [{ ...POLICY, priority: 1.5 }]],
    ['tags that are equal', [{ ...POLICY, tags: ['<', '<'] }]],
    ['tags that are too long', [{ ...POLICY, tags: ['<<', '>>'] }]],
    ['labels that are no strings', [{ ...POLICY, labels: { a: 1 } }]],
    ['a number as an element', withSubject(1)],
    ['an empty dictionary', withSubject({})],
    ['an unknown rule', withSubject({ $eqq: 1 })],
    ['a rule beside attributes', withSubject({ $eq: 1, name: 'a' })],
    ['a rule beside attributes deep inside', withSubject({ owner: { $eq: 1, name: 'a' } })],
    ['a flag that is false', withSubject({ $any: false })],
    ['an empty list of rules', withSubject({ $and: [] })],
    ['a list that is none', withSubject({ $in: 'a' })],
    ['an order on a truth value', withSubject({ a: { $greater: true } })],
    ['a network that is a number', withSubject({ $cidr: 10 })],
    ['a type that is none', withSubject({ $type: 'array' })],
    ['a text that is a number', withSubject({ $startsWith: 1 })],
    ['a text with an unknown member', withSubject({ $startsWith: { value: 'a', case: true } })],
    ['a reference to no category', withSubject({ a: { $eq: { $user: 'a' } } })],
    ['two references at once', withSubject({ a: { $eq: { $subject: 'a', $resource: 'b' } } })],
    ['a time of day that is none', withSubject({ a: { $timeWindow: { from: '25:00' } } })],
    ['a day that is none', withSubject({ a: { $timeWindow: { days: ['monday'] } } })],
    ['a call without a name', withSubject({ $custom: [] })],
  ])('refuses %s, as the parser does', (_, document) => {
    expect(validate(document)).toBe(false);
    expect(parseDocument(JSON.stringify(document), { format: 'json' }).ok).toBe(false);
  });
});

function changedSomewhere(json: Json, value: Json, choices: Iterator<number>): Json {
  const choice = choices.next().value as number;
  if (typeof json !== 'object' || json === null || choice % 4 === 0) return value;
  const keys = Object.keys(json);
  if (keys.length === 0) return value;
  const key = keys[choice % keys.length] as string;
  const members = json as Readonly<Record<string, Json>>;
  const changed = changedSomewhere(members[key] as Json, value, choices);
  if (Array.isArray(json)) return json.map((item: Json, at) => (String(at) === key ? changed : item));
  return { ...members, [key]: changed };
}
