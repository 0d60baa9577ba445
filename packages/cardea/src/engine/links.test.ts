import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inquiryArb, jsonArb, slotValueArb } from '../../test/arbitrary.ts';
import { and, attr, call, item, some, TRUE, test as compare, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';

import type { Json, Scalar } from '../ast/json.ts';
import { type Binding, linklessCondition } from '../ast/template.ts';
import { evaluateCondition } from '../decide/reference.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Dictionary } from './dictionary.ts';
import { FAILED_BINDING, UNKNOWN_BINDING } from './link-probe.ts';
import { Links } from './links.ts';
import { Operands } from './operands.ts';
import { Reading } from './reading.ts';
import type { TupleSetOptions } from './tuple-set.ts';
import { Vocabulary } from './vocabulary.ts';

const FUNCTIONS = functionTable();
const TEMPLATE = 7;
/** What bindings read: mostly lists, mostly none, or what fails. */
const LISTS: readonly Binding['over'][] = [attr('resource', 'tags'), attr('context', 'tags')];
const SCALARS: readonly Binding['over'][] = [
  attr('subject'),
  attr('resource', 'role'),
  call('lower', attr('context', 'a')),
];
const failing = call('nowhere', attr('subject'));
const binding = fc.oneof(
  { weight: 9, arbitrary: fc.record({ over: fc.constantFrom(...LISTS), member: fc.constant(true) }) },
  { weight: 9, arbitrary: fc.record({ over: fc.constantFrom(...SCALARS), member: fc.constant(false) }) },
  { weight: 1, arbitrary: fc.record({ over: fc.constantFrom(...LISTS, ...SCALARS, failing), member: fc.boolean() }) },
);
const bindings = fc
  .array(binding, { minLength: 1, maxLength: 4 })
  .map((list) => list.map((one, at): Binding => ({ ...one, slot: `s${at}` })));

/** Few, so that links and inquiries meet. */
const filling = fc.oneof({ weight: 9, arbitrary: fc.constantFrom<Scalar>('a', 'b', 1, '1', null, -0) }, slotValueArb);
const filledList = fc.oneof({ weight: 9, arbitrary: fc.array(filling, { maxLength: 12 }) }, jsonArb);
const filledValue = fc.oneof<fc.Arbitrary<Json>[]>(filling, filling, jsonArb);
const fittingInquiry: fc.Arbitrary<Inquiry> = fc.record({
  subject: filledValue,
  resource: fc.record({ tags: filledList, role: filledValue }),
  context: fc.record({ tags: filledList, a: fc.constantFrom('A', 'a', 'B', 1) }),
});

/** A template's bindings, links that come and go, and an inquiry that has some of their values. */
const situation = bindings.chain((bindings) =>
  fc.record({
    bindings: fc.constant(bindings),
    steps: fc.array(
      fc.record({
        verb: fc.constantFrom('link', 'link', 'unlink'),
        values: fc.tuple(...bindings.map(() => filling)),
      }),
      { maxLength: 40 },
    ),
    inquiry: fc.oneof({ weight: 9, arbitrary: fittingInquiry }, inquiryArb),
  }),
);

test.each<readonly [string, TupleSetOptions]>([
  ['as it comes', {}],
  ['one hash for all, small segments', { fold: () => 5, segmentSlots: 2 }],
  ['with so many texts that they wait for each other', { segmentSlots: 2 }],
])('links-are-policies: a search finds the links whose bindings are true, %s', (_, options) => {
  fc.assert(
    fc.property(situation, ({ bindings, steps, inquiry }) => {
      const tables = made(options);
      for (let text = 0; text < 40; text++) tables.texts.intern(`text ${text}`);
      expect(tables.texts.isLarge).toBe(options.segmentSlots === 2 && options.fold === undefined);
      tables.links.putTemplate(TEMPLATE, bindings);
      const model = new Map<string, readonly Scalar[]>();
      for (const step of steps) apply(tables.links, model, step);
      expect(found(tables, inquiry)).toEqual(expected(bindings, [...model.values()], inquiry));
      expect([...tables.links.links(TEMPLATE)].map(named).sort()).toEqual([...model.keys()].sort());
    }),
    { numRuns: 500 },
  );
});

test('links-round-trip: what a snapshot holds finds the same links', () => {
  fc.assert(
    fc.property(situation, ({ bindings, steps, inquiry }) => {
      const tables = made();
      tables.links.putTemplate(TEMPLATE, bindings);
      const model = new Map<string, readonly Scalar[]>();
      for (const step of steps) apply(tables.links, model, step);
      const json = JSON.parse(JSON.stringify(tables.links.toJson())) as Json;
      const read = Links.fromArrays(json, tables.links.toArrays(), tables);
      expect([read.size, read.count(TEMPLATE)]).toEqual([tables.links.size, tables.links.size]);
      expect(found({ ...tables, links: read }, inquiry)).toEqual(found(tables, inquiry));
    }),
    { numRuns: 200 },
  );
});

test.each<readonly [string, Json]>([
  ['no list', {}],
  ['no template', []],
  ['another width', [{ template: 7, slots: ['user'], operands: [0], members: [false] }]],
  ['no number', [{ template: -1, slots: ['user', 'tag'], operands: [0, 1], members: [false, true] }]],
  ['no members', [{ template: 7, slots: ['user', 'tag'], operands: [0, 1], members: [0, 1] }]],
])('a snapshot with templates that are none is refused: %s', (_, json) => {
  const tables = linked([['max', 'red']]);
  expect(() => Links.fromArrays(json, tables.links.toArrays(), tables)).toThrow('the snapshot is refused');
});

test('values-are-forgotten: what only links held is gone with them', () => {
  fc.assert(
    fc.property(situation, fc.boolean(), ({ bindings, steps }, atOnce) => {
      const { links, texts, operands } = made();
      links.putTemplate(TEMPLATE, bindings);
      for (const { values } of steps) link(links, TEMPLATE, values);
      if (!atOnce) for (const { values } of steps) links.unlink(TEMPLATE, values);
      links.removeTemplate(TEMPLATE);
      expect([texts.size, operands.size, links.size, links.count(TEMPLATE)]).toEqual([0, 0, 0, 0]);
    }),
    { numRuns: 200 },
  );
});

const [SUBJECT, TAGS]: readonly Binding[] = [
  { slot: 'user', over: attr('subject'), member: false },
  { slot: 'tag', over: attr('context', 'tags'), member: true },
];

test('a template that is taken away comes back with its links', () => {
  const tables = linked([['max', 'red']]);
  const taken = tables.links.takeTemplate(TEMPLATE);
  expect([tables.links.size, found(tables, { subject: 'max' })]).toEqual([0, []]);
  if (taken !== undefined) tables.links.restoreTemplate(taken);
  expect([tables.links.size, found(tables, { subject: 'max' })]).toEqual([1, ['unknown']]);
});

test('a template keeps its links where its slots come in another order', () => {
  const tables = linked([['max', 'red']]);
  tables.links.putTemplate(TEMPLATE, [TAGS as Binding, SUBJECT as Binding]);
  expect([...tables.links.links(TEMPLATE)]).toEqual([['red', 'max']]);
  expect(found(tables, { subject: 'max', context: { tags: ['red'] } })).toEqual(['["red","max"]']);
});

test('a template with links keeps its slots', () => {
  const { links } = linked([['max', 'red']]);
  expect(() => links.putTemplate(TEMPLATE, [SUBJECT as Binding])).toThrow('cannot change its slots');
  links.unlink(TEMPLATE, ['max', 'red']);
  links.putTemplate(TEMPLATE, [SUBJECT as Binding]);
  expect(link(links, TEMPLATE, ['max'])).toBe(true);
});

test.each([
  [['max'], 'a link has 1 values for 2 slots'],
  [['max', Number.NaN], 'a link has values that are no scalars'],
  [['max', ['red'] as never], 'a link has values that are no scalars'],
])('a link of %j is refused and leaves nothing behind', (values, message) => {
  const { links, texts } = linked([]);
  expect(() => link(links, TEMPLATE, values)).toThrow(message);
  expect([links.size, texts.size]).toEqual([0, 0]);
});

test('links that are added together are those that one after another adds, up to one that is refused', () => {
  fc.assert(
    fc.property(situation, fc.boolean(), ({ bindings, steps }, fails) => {
      const [together, apart] = [made({ segmentSlots: 2 }), made()];
      for (const { links } of [together, apart]) links.putTemplate(TEMPLATE, bindings);
      const values = steps.map((step) => step.values);
      const added: (readonly Scalar[])[] = [];
      const wrong = fails ? [[Number.NaN, 'a', 'a', 'a'].slice(0, bindings.length)] : [];
      const add = (): void => together.links.linkAll(TEMPLATE, [...values, ...wrong], added);
      if (fails) expect(add).toThrow('a link has values that are no scalars');
      else add();
      for (const each of fails ? added : values) link(apart.links, TEMPLATE, each);
      expect(added.map(named)).toEqual([...new Set(added.map(named))]);
      if (!fails) expect(added.map(named)).toEqual([...new Set(values.map(named))]);
      const all = ({ links }: Tables): readonly string[] => [...links.links(TEMPLATE)].map(named).sort();
      expect([all(together), together.texts.size]).toEqual([all(apart), apart.texts.size]);
      for (const each of added) together.links.unlink(TEMPLATE, each);
      expect([together.links.size, together.texts.size]).toEqual([0, 0]);
    }),
    { numRuns: 300 },
  );
});

test('a link of no template is refused', () => {
  expect(() => link(linked([]).links, 8, ['max', 'red'])).toThrow('no template has the number 8');
});

test('lists of thousands meet a table of few links, and the other way round', () => {
  const few = linked([
    ['max', 't3999'],
    ['max', 't4'],
    ['max', 'other'],
  ]);
  const many = linked(Array.from({ length: 4000 }, (_, at) => ['max', `t${at}`]));
  const tags = Array.from({ length: 4000 }, (_, at) => `t${(at * 7) % 4000}`);
  expect(found(few, { subject: 'max', context: { tags } })).toEqual(['["max","t3999"]', '["max","t4"]']);
  expect(found(many, { subject: 'max', context: { tags: ['t7', 'none', 't7'] } })).toEqual(['["max","t7"]']);
});

test('a function that decides while a search runs does not disturb it', () => {
  const tables = linked([
    ['max', 'red'],
    ['max', 'blue'],
    ['moe', 'red'],
  ]);
  const inquiry = { subject: 'max', context: { tags: ['red', 'blue'] } };
  const rows: string[] = [];
  tables.links.searchIn(TEMPLATE, reading(tables, inquiry), (_, row) => {
    expect(found(tables, { subject: 'moe', context: { tags: ['red'] } })).toEqual(['["moe","red"]']);
    rows.push(named(tables.links.valuesAt(TEMPLATE, row)));
  });
  expect(rows.sort()).toEqual(['["max","blue"]', '["max","red"]']);
});

interface Tables {
  readonly operands: Operands;
  readonly vocabulary: Vocabulary;
  readonly texts: Dictionary;
  readonly links: Links;
}

function made(options: TupleSetOptions = {}): Tables {
  const texts = new Dictionary(options);
  const vocabulary = new Vocabulary(texts);
  const operands = new Operands(FUNCTIONS);
  return { operands, vocabulary, texts, links: new Links(operands, vocabulary, options) };
}

/** Links of a subject and a tag. */
function linked(links: readonly (readonly Scalar[])[]): Tables {
  const tables = made();
  tables.links.putTemplate(TEMPLATE, [SUBJECT as Binding, TAGS as Binding]);
  for (const values of links) link(tables.links, TEMPLATE, values);
  return tables;
}

/** Whether a link was not there before. */
function link(links: Links, template: number, values: readonly Scalar[]): boolean {
  const added: (readonly Scalar[])[] = [];
  links.linkAll(template, [values], added);
  return added.length > 0;
}

function apply(
  links: Links,
  model: Map<string, readonly Scalar[]>,
  { verb, values }: { readonly verb: string; readonly values: readonly Scalar[] },
): void {
  const name = named(values);
  const there = model.has(name);
  if (verb === 'link') model.set(name, values);
  else model.delete(name);
  expect(verb === 'link' ? !link(links, TEMPLATE, values) : links.unlink(TEMPLATE, values)).toBe(there);
}

function reading({ operands, vocabulary }: Tables, inquiry: Inquiry): Reading {
  return new Reading(operands, vocabulary).begin(inquiry);
}

function found(tables: Tables, inquiry: Inquiry): readonly string[] {
  const names: string[] = [];
  tables.links.searchIn(TEMPLATE, reading(tables, inquiry), (template, row) => {
    expect(template).toBe(TEMPLATE);
    if (row === UNKNOWN_BINDING) names.push('unknown');
    else names.push(row === FAILED_BINDING ? 'error' : named(tables.links.valuesAt(TEMPLATE, row)));
  });
  return names.sort();
}

/** What the definition says: every link held against the inquiry. */
function expected(
  bindings: readonly Binding[],
  links: readonly (readonly Scalar[])[],
  inquiry: Inquiry,
): readonly string[] {
  if (links.length === 0) return [];
  const scope = { inquiry, functions: FUNCTIONS };
  const readable = evaluateCondition(linklessCondition({ ok: true, bindings, rest: TRUE }), scope);
  if (readable !== 'true') return [readable];
  const holds = (values: readonly Scalar[]): boolean =>
    evaluateCondition(and(...bindings.map((binding, at) => filled(binding, values[at] as Scalar))), scope) === 'true';
  return links.filter(holds).map(named).sort();
}

function filled({ over, member }: Binding, filling: Scalar): Condition {
  if (!member) return compare('eq', over, value(filling));
  return some(over, 'x', compare('eq', item('x'), value(filling)));
}

function named(values: readonly Scalar[]): string {
  return JSON.stringify(values.map((value) => (value === 0 ? 0 : value)));
}
