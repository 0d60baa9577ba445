import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideOver } from '../../../test/decide-over.ts';
import type { JsonObject } from '../../ast/json.ts';
import { attributes } from '../../model/entity.ts';
import { functionTable } from '../functions/table.ts';
import { policiesOfStatements } from './policies-of-statements.ts';
import { principal } from './principal.ts';
import type { Statement } from './statement.ts';
import { statementOfUid } from './statement-uid.ts';

// The plain interpreter: native expressions, text by replacement, and nothing of the library.
interface Answer {
  readonly kind: string;
  readonly sids: readonly string[];
}

function interpret(statements: readonly Statement[], action: string, object: JsonObject): Answer {
  const text = JSON.stringify(object, null, 1)
    .replaceAll(/\n */g, ' ')
    .replaceAll(/([{[]) /g, '$1');
  const document = text
    .replaceAll(/ ([}\]])/g, '$1')
    .replaceAll('"', '')
    .replaceAll(': ', ':')
    .toLowerCase();
  const listed = <T>(value: T | readonly T[] | undefined): readonly T[] =>
    value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as readonly T[]);
  const found = (pattern: string, where: string): boolean => new RegExp(pattern, 'i').test(where);
  const fits = ({ Action, NotAction, Resource, NotResource, Condition = {} }: Statement): boolean => {
    const onAction = (pattern: string): boolean => found(pattern, action);
    const onObject = (pattern: string | JsonObject): boolean =>
      typeof pattern === 'string'
        ? found(pattern, document)
        : Object.entries(pattern).every(([name, value]) => listed(value).some((one) => object[name] === one));
    const equals = Object.entries(Condition['StringEquals'] ?? {});
    const differs = Object.entries(Condition['StringNotEquals'] ?? {});
    const holds = ([key, value]: [string, unknown]): boolean => listed(value).includes(object[key.slice(9)]);
    return (
      (NotAction === undefined ? listed(Action).some(onAction) : !listed(NotAction).some(onAction)) &&
      (NotResource === undefined ? listed(Resource).some(onObject) : !listed(NotResource).some(onObject)) &&
      equals.every(holds) &&
      !differs.some(holds)
    );
  };
  const fitting = statements.filter(fits);
  const denies = fitting.filter(({ Effect }) => Effect === 'Deny');
  const deciders = denies.length > 0 ? denies : fitting;
  const kind = denies.length > 0 ? 'deny' : fitting.length > 0 ? 'allow' : 'not-applicable';
  return { kind, sids: deciders.map(({ Sid = '' }) => Sid) };
}

const NAMES = ['kamId', 'site', 'type', 'id'];
const valueArb = fc.constantFrom('a', 'B c', '7', 'k: v');
const objectArb: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(valueArb, fc.constantFrom(7, 71, null, true)),
  { noNullPrototype: true, maxKeys: 4 },
);
const literalArb = fc
  .tuple(fc.constantFrom('kamId:', 'SITE:', 'id:', ''), fc.constantFrom('7', 'a', 'b c', '[0-9]', '.*'))
  .map((parts) => parts.join(''));
const patternArb = fc.oneof(
  literalArb,
  fc.constantFrom('', '.*', '^\\{kamid', '\\}$', '\\D7', 'a|c$'),
  fc.array(literalArb, { minLength: 1, maxLength: 3 }).map((all) => all.map((one) => `(?=.*${one})`).join('')),
);
const exactArb = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(valueArb, fc.constantFrom(7, true), fc.constant(['a', 7])),
  { noNullPrototype: true, minKeys: 1, maxKeys: 2 },
);
const one = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | readonly T[]> =>
  fc.oneof(arb, fc.array(arb, { minLength: 1, maxLength: 3 }));
const actionArb = fc.constantFrom('get', 'GETLIST', 'item:put', 'k');
const pairArb = <T>(name: string, arb: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T | readonly T[]>> =>
  fc.tuple(fc.constantFrom(name, `Not${name}`), one(arb)).map(([member, value]) => ({ [member]: value }));
const conditionArb = fc.dictionary(
  fc.constantFrom('StringEquals', 'StringNotEquals'),
  fc.dictionary(fc.constantFrom('resource.site', 'resource.id'), one(valueArb), { noNullPrototype: true, minKeys: 1 }),
  { noNullPrototype: true },
);
const statementArb = fc
  .tuple(
    fc.constantFrom('Allow', 'Deny'),
    pairArb('Action', fc.constantFrom('get', 'LIST$', '^item:|k', '(?=.*i)(?=.*t)', '.*')),
    pairArb('Resource', fc.oneof<fc.Arbitrary<string | JsonObject>[]>(patternArb, exactArb)),
    fc.option(conditionArb),
  )
  .map(([Effect, action, resource, Condition]) => ({
    Effect,
    ...action,
    ...resource,
    ...(Condition && { Condition }),
  }));
const statementsArb: fc.Arbitrary<readonly Statement[]> = fc
  .array(statementArb, { maxLength: 5 })
  .map((all) => all.map((statement, at) => ({ Sid: `s${at}`, ...statement })));

test('statements lowered ≡ a plain interpreter', () => {
  fc.assert(
    fc.property(statementsArb, actionArb, objectArb, (statements, action, object) => {
      const parsed = policiesOfStatements(statements, 'everyone');
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      const { outcome, deciders } = decideOver(
        { policies: parsed.value, links: [], revision: 1 },
        { subject: principal('u'), action, resource: attributes(object) },
        functionTable(),
      );
      const sids = deciders.map((uid) => statementOfUid(uid)?.sid);
      expect({ kind: outcome, sids }).toEqual(interpret(statements, action, object));
    }),
    { numRuns: 2_000 },
  );
});
