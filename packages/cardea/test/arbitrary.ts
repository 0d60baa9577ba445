import fc from 'fast-check';
import { and, attr, call, every, item, not, or, some, sure, test, value } from '../src/ast/build.ts';
import { CATEGORIES, type Category, type Condition, type Operand } from '../src/ast/condition.ts';
import { defineFunction, type FunctionDefinition } from '../src/ast/functions.ts';
import type { Json, JsonObject, Scalar } from '../src/ast/json.ts';
import type { Operator } from '../src/ast/operators.ts';
import type { Binding } from '../src/ast/template.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import type { AttributeRules, Element, Policy, RuleData } from '../src/model/policy.ts';

/** The values and names are few, so that generated policies and inquiries meet. */
const NAMES = ['a', 'b', 'role', 'ip', 'tags'] as const;
const TEXTS = [
  '',
  'a',
  'ab',
  'B',
  'admin',
  'é',
  '😀',
  '\uFFFD',
  '10.0.0.1',
  '::1',
  '2026-11-22T09:00:00Z',
  'true',
  '1',
  '__proto__',
] as const;
const NETWORKS = ['10.0.0.0/8', '10.0.0.1', '0.0.0.0/0', '::/0', '192.168.0.0/16'] as const;
const PATTERNS = [
  '^a',
  'b$',
  '^ab$',
  '^(?:a|b)$',
  '^[a-z]+$',
  'a.*b',
  '(?i)^ADMIN$',
  '',
  '^\\d+$',
  '^a[^b]{0,2}',
] as const;

/** A function that throws for strings, is unknown for null and decides for the rest: for errors in properties. */
export const touchy: FunctionDefinition = defineFunction({
  name: 'test.touchy',
  meaning: 'whether a value is a number or true; throws for strings',
  call: ([given]) => {
    if (typeof given === 'string') throw new Error('strings hurt');
    return given === null ? undefined : typeof given === 'number' || given === true;
  },
});

export const scalarArb: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 2, 1.5, -3, 2 ** 53) },
  { weight: 2, arbitrary: fc.constantFrom(true, false, null) },
);

export const jsonArb: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: scalarArb },
  { weight: 1, arbitrary: fc.array(scalarArb, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...NAMES), scalarArb, { maxKeys: 3, noNullPrototype: true }) },
);

export const dictionaryArb: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom(...NAMES), jsonArb, {
  maxKeys: 4,
  noNullPrototype: true,
});

const entityArb = fc.record(
  { type: fc.constantFrom('user', 'book'), id: fc.constantFrom('a', 'b'), properties: dictionaryArb },
  { requiredKeys: ['type', 'id'], noNullPrototype: true },
);

const partArb: fc.Arbitrary<Json> = fc.oneof(jsonArb, dictionaryArb, entityArb as fc.Arbitrary<Json>);

export const inquiryArb: fc.Arbitrary<Inquiry> = fc.record(
  {
    subject: partArb,
    action: fc.oneof(partArb, fc.constantFrom<Json>({ name: 'a' }, 'get')),
    resource: partArb,
    context: dictionaryArb,
  },
  { requiredKeys: [], noNullPrototype: true },
);

const categoryArb = fc.constantFrom<Category>('subject', 'action', 'resource', 'context');
const pathArb = fc.array(fc.constantFrom<string>(...NAMES, 'type', 'id'), { maxLength: 2 });
const attrArb: fc.Arbitrary<Operand> = fc.tuple(categoryArb, pathArb).map(([of, path]) => attr(of, ...path));
const itemArb: fc.Arbitrary<Operand> = fc
  .tuple(fc.constantFrom('x', 'y'), pathArb)
  .map(([name, path]) => item(name, ...path));
const readingArb = fc.oneof(
  { weight: 5, arbitrary: attrArb },
  { weight: 1, arbitrary: itemArb },
  { weight: 1, arbitrary: attrArb.map((operand) => call('lower', operand)) },
);
const anyOperandArb: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 3, arbitrary: readingArb },
  { weight: 3, arbitrary: jsonArb.map(value) },
);

const literals = (texts: readonly string[]): fc.Arbitrary<Operand> => fc.constantFrom(...texts).map(value);
const pairArb = fc.tuple(anyOperandArb, anyOperandArb);
const listArb: fc.Arbitrary<Operand> = fc.oneof(fc.array(scalarArb, { maxLength: 4 }).map(value), readingArb);

const ARGUMENTS: Readonly<Record<Operator, fc.Arbitrary<readonly Operand[]>>> = {
  eq: pairArb,
  lt: pairArb,
  le: pairArb,
  gt: pairArb,
  ge: pairArb,
  in: fc.tuple(anyOperandArb, listArb),
  startsWith: pairArb,
  endsWith: pairArb,
  contains: pairArb,
  matches: fc.tuple(readingArb, literals(PATTERNS)),
  cidr: fc.tuple(readingArb, literals(NETWORKS)),
  truthy: fc.tuple(anyOperandArb),
  isTrue: fc.tuple(
    fc.oneof(
      readingArb,
      readingArb.map((operand) => call('test.touchy', operand)),
    ),
  ),
  isType: fc.tuple(anyOperandArb, literals(['null', 'boolean', 'number', 'string', 'list', 'object'])),
  known: fc.tuple(readingArb),
  present: fc.tuple(readingArb),
};

/** Every operator, with operands of every kind but slots. */
export const testArb: fc.Arbitrary<Condition> = fc.oneof(
  ...(Object.keys(ARGUMENTS) as Operator[]).map((op) => ARGUMENTS[op].map((args) => test(op, ...args))),
);

/** Conditions of every kind and nesting. */
export const conditionArb: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    testArb,
    fc.boolean().map((constant): Condition => ({ kind: 'const', value: constant })),
    fc.array(tie('condition'), { maxLength: 3 }).map((of) => and(...of)),
    fc.array(tie('condition'), { maxLength: 3 }).map((of) => or(...of)),
    tie('condition').map(not),
    tie('condition').map(sure),
    fc.tuple(readingArb, fc.constantFrom('x', 'y'), tie('condition')).map(([over, as, where]) => some(over, as, where)),
    fc
      .tuple(readingArb, fc.constantFrom('x', 'y'), tie('condition'))
      .map(([over, as, where]) => every(over, as, where)),
  ),
})).condition;

const referenceArb = fc
  .tuple(fc.constantFrom('$subject', '$action', '$resource', '$context'), pathArb)
  .map(([name, path]) => ({ [name]: path }));
const argumentArb = fc.oneof(
  { weight: 4, arbitrary: scalarArb },
  { weight: 1, arbitrary: referenceArb as fc.Arbitrary<never> },
);
const orderedArb = fc.oneof(fc.constantFrom(...TEXTS), fc.constantFrom(0, 1, 2, -3));
const membersArb = fc.array(scalarArb, { maxLength: 4 });
const textArb = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...TEXTS).map((text) => ({ value: text, ci: true })),
);

const leafRuleArb: fc.Arbitrary<RuleData> = fc.oneof(
  argumentArb.map(($eq) => ({ $eq })),
  argumentArb.map(($notEq) => ({ $notEq })),
  orderedArb.map(($greater) => ({ $greater })),
  orderedArb.map(($lessOrEqual) => ({ $lessOrEqual })),
  fc.constantFrom<RuleData>(
    { $truthy: true },
    { $falsy: true },
    { $any: true },
    { $neither: true },
    { $present: true },
    { $absent: true },
  ),
  membersArb.map(($in) => ({ $in })),
  membersArb.map(($notIn) => ({ $notIn })),
  membersArb.map(($allIn) => ({ $allIn })),
  membersArb.map(($anyIn) => ({ $anyIn })),
  membersArb.map(($noneIn) => ({ $noneIn })),
  membersArb.map(($allNotIn) => ({ $allNotIn })),
  fc.constantFrom(...NETWORKS).map(($cidr) => ({ $cidr })),
  fc.constantFrom(...PATTERNS).map(($regexMatch) => ({ $regexMatch })),
  fc
    .constantFrom('a', 'A:', '(?=.*a)(?=.*b)', '^\\{', '${subject.a}', '')
    .map(($documentMatch) => ({ $documentMatch })),
  fc.constantFrom(...NAMES).map((name) => ({ $attributes: { [name]: 'a' } })),
  textArb.map(($startsWith) => ({ $startsWith })),
  textArb.map(($contains) => ({ $contains })),
  textArb.map(($strEqual) => ({ $strEqual })),
  fc.constantFrom<RuleData>(
    { $subjectMatch: true },
    { $subjectMatch: 'a' },
    { $resourceIn: true },
    { $actionEqual: true },
    { $type: 'string' },
    { $before: '2026-12-01T00:00:00Z' },
    { $strPairsEqual: true },
  ),
  fc.constant<RuleData>({ $custom: ['test.touchy'] }),
);

/** Rules of many kinds, `test.touchy` among them: a guard over them needs `functions: [touchy]`. */
export const ruleArb: fc.Arbitrary<RuleData> = fc.letrec<{ rule: RuleData }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leafRuleArb,
    tie('rule').map(($not) => ({ $not })),
    fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })),
    tie('rule').map(($some) => ({ $some })),
    tie('rule').map(($every) => ({ $every })),
  ),
})).rule;

export const attributeRulesArb: fc.Arbitrary<AttributeRules> = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(ruleArb, scalarArb),
  { minKeys: 1, maxKeys: 3, noNullPrototype: true },
);

const stringElementArb = fc.constantFrom('a', 'b', 'ab', 'user:a', 'get', '<[a-z]+>', 'user:<.*>', '<a|b>', 'a<b>');
export const elementArb: fc.Arbitrary<Element> = fc.oneof(
  stringElementArb,
  ruleArb,
  attributeRulesArb,
  fc.constant<Element>({ $any: true }),
);

const fieldArb = fc.array(elementArb, { minLength: 1, maxLength: 3 });

/** Policies that `parsePolicy` accepts. */
export const policyArb: fc.Arbitrary<Policy> = fc.record(
  {
    uid: fc.uuid(),
    effect: fc.constantFrom('allow', 'deny'),
    subjects: fieldArb,
    actions: fieldArb,
    resources: fieldArb,
    context: attributeRulesArb,
    description: fc.constantFrom('x', 'y'),
    priority: fc.integer({ min: -2, max: 2 }),
    obligations: fc.array(scalarArb, { maxLength: 2 }),
    labels: fc.constant({ team: 'x' }),
  },
  { requiredKeys: ['uid', 'effect', 'subjects', 'actions', 'resources'], noNullPrototype: true },
);

/** Sets of policies with distinct uids. */
export const policiesArb: fc.Arbitrary<readonly Policy[]> = fc.uniqueArray(policyArb, {
  maxLength: 6,
  selector: ({ uid }) => uid,
});

/** What makes something of the names of slots, one for each place where one stands. */
type Slotted<T> = (next: () => string) => T;

const slotFormArb = fc.constantFrom<Slotted<RuleData>>(
  (next) => ({ $slot: next() }),
  (next) => ({ $eq: { $slot: next() } }),
  (next) => ({ $some: { $eq: { $slot: next() } } }),
  (next) => ({ $some: { $slot: next() } }),
  (next) => ({ $and: [{ $slot: next() }, { $type: 'string' }], $notEq: 'b' }),
);

const slotAttributesArb: fc.Arbitrary<Slotted<AttributeRules>> = fc
  .tuple(
    fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, attributeRulesArb),
    fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), slotFormArb), {
      minLength: 1,
      maxLength: 2,
      selector: ([name]) => name,
    }),
  )
  .map(([rules, members]) => (next) => ({
    ...rules,
    ...Object.fromEntries(members.map(([name, form]) => [name, form(next)])),
  }));

const slotFieldArb: fc.Arbitrary<Slotted<readonly Element[]>> = fc
  .oneof<fc.Arbitrary<Slotted<Element>>[]>(slotFormArb, slotAttributesArb)
  .map((element) => (next) => [element(next)]);

/** Templates that `parsePolicy` accepts: policies with slots in one to four fields, each where it may stand. */
export const templateArb: fc.Arbitrary<Policy> = fc
  .tuple(
    policyArb,
    fc
      .record(
        { subjects: slotFieldArb, actions: slotFieldArb, resources: slotFieldArb, context: slotAttributesArb },
        { requiredKeys: [] },
      )
      .filter((fields) => Object.keys(fields).length > 0),
  )
  .map(([policy, fields]) => {
    const slots: string[] = [];
    const next = (): string => {
      const name = slots.length === 0 ? '__proto__' : `s${slots.length}`;
      slots.push(name);
      return name;
    };
    const filled = Object.entries(fields).map(([field, slotted]) => [field, slotted(next)]);
    // Not in the order in which they stand.
    return { ...policy, ...Object.fromEntries(filled), slots: slots.toReversed() };
  });

/** Values that links fill in: those that generated inquiries have, names of entities among them. */
export const slotValueArb: fc.Arbitrary<Scalar> = fc.oneof(
  scalarArb as fc.Arbitrary<Scalar>,
  fc.constantFrom('user:a', 'book:b', 'get'),
);

/** Links of a template, as the values of each in the order of its slots; the same may occur twice. */
export const linksArb = ({ slots = [] }: Policy): fc.Arbitrary<readonly (readonly Scalar[])[]> =>
  fc.array(fc.tuple(...slots.map(() => slotValueArb)), { maxLength: 5 });

/** An inquiry changed so that it has what the bindings of a template read: a link of these values can apply. */
export function inquiryHitting(inquiry: Inquiry, bindings: readonly Binding[], values: readonly Scalar[]): Inquiry {
  const changed: Record<string, Json> = {};
  for (const category of CATEGORIES) {
    const read = bindings.flatMap(({ over, member }, at) =>
      over.kind === 'attr' && over.of === category ? [{ path: over.path, member, filled: values[at] as Scalar }] : [],
    );
    if (read.length === 0) continue;
    const whole = read.find(({ path }) => path.length === 0);
    const members = read.map(({ path, member, filled }) => [path[0] as string, member ? ['x', filled] : filled]);
    changed[category] =
      whole === undefined ? Object.fromEntries(members) : whole.member ? [whole.filled] : whole.filled;
  }
  return { ...inquiry, ...changed };
}
