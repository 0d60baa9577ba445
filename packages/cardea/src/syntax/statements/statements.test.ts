import { describe, expect, it } from 'vitest';
import { decideOver } from '../../../test/decide-over.ts';
import type { Json, JsonObject } from '../../ast/json.ts';
import { formatIssue } from '../../errors.ts';
import { attributes } from '../../model/entity.ts';
import type { Inquiry } from '../../model/inquiry.ts';
import type { Policy } from '../../model/policy.ts';
import { functionTable } from '../functions/table.ts';
import { policiesOfStatements } from './policies-of-statements.ts';
import { principal } from './principal.ts';
import type { Statement } from './statement.ts';
import { statementOfUid } from './statement-uid.ts';

const CUSTOMER = {
  itemMasterId: 49621,
  itemMasterName: 'Test customer',
  countryId: '070',
  customerId: '7121.738904',
  globalAccountId: '900',
  salesChannelId: '480',
  storeFormatId: 3,
  kamId: 93,
  headquarterComment: null,
  contactPerson: null,
};
const Action = 'footprint:getlist|footprint:getitem';
const NOBODY_OF_94: Statement = { Sid: 'kam', Effect: 'Deny', Action, Resource: 'kamId:94' };
const SHIPPED: readonly Statement[] = [
  NOBODY_OF_94,
  { Sid: 'area', Effect: 'Allow', Action, Resource: 'countryid:08.*|globalAccountId:900' },
  { Sid: 'both', Effect: 'Deny', Action, Resource: '(?=.*countryid:070)(?=.*globalaccountid:901)' },
];

function policiesOf(statements: unknown): readonly Policy[] {
  const parsed = policiesOfStatements(statements, { user: 'alice' });
  if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join('; '));
  return parsed.value;
}

function decided(statements: unknown, object: JsonObject, inquiry: Partial<Inquiry> = {}): readonly string[] {
  const asked = {
    subject: principal('alice', { attributes: { country: '070', level: 3, ids: ['a', 'b'] } }),
    action: 'footprint:getitem',
    resource: attributes(object),
    ...inquiry,
  };
  const decision = decideOver({ policies: policiesOf(statements), links: [], revision: 1 }, asked, functionTable());
  return [decision.outcome, ...decision.deciders.map((uid) => statementOfUid(uid)?.sid ?? uid)];
}

describe("the prototype's statements", () => {
  it.each<[string, JsonObject, Partial<Inquiry>, readonly string[]]>([
    ['allow what one of them allows', {}, {}, ['allow', 'area']],
    ['are searched without case', {}, { action: 'X-FOOTPRINT:GETLIST' }, ['allow', 'area']],
    ['say nothing of another action', {}, { action: 'footprint:create' }, ['not-applicable']],
    ['deny what one of them denies, whatever is allowed', { kamId: 94 }, {}, ['deny', 'kam']],
    ['deny where all look-aheads are found', { globalAccountId: '901' }, {}, ['deny', 'both']],
    ['do not deny where only one is', { globalAccountId: '901', countryId: '080' }, {}, ['allow', 'area']],
    ['find `kamId:94` in `kamid:941` too', { kamId: 941 }, {}, ['deny', 'kam']],
  ])('%s', (_, change, inquiry, expected) => {
    expect(decided(SHIPPED, { ...CUSTOMER, ...change }, inquiry)).toEqual(expected);
  });

  it('are the same as JSON text, in a document or alone', () => {
    const policies = policiesOf(SHIPPED);
    expect(policiesOf(JSON.stringify(SHIPPED))).toEqual(policies);
    expect(policiesOf({ Version: '2012-10-17', Statement: SHIPPED })).toEqual(policies);
    expect(policiesOf(NOBODY_OF_94)).toEqual(policies.slice(0, 1));
  });
});

const ALLOW = { Effect: 'Allow', Action: '' } as const;

describe('a resource', () => {
  it.each<[string, Partial<Statement>, JsonObject, boolean]>([
    ['an exact attribute is not found in a longer one', { Resource: { kamId: 94 } }, { kamId: 941 }, false],
    ['an exact attribute fits', { Resource: { kamId: 94 } }, { kamId: 94 }, true],
    ['an exact attribute has a type', { Resource: { kamId: 94 } }, { kamId: '94' }, false],
    ['of several values one will do', { Resource: { kamId: [93, 94] } }, { kamId: 94 }, true],
    ['all attributes must fit', { Resource: { kamId: 94, a: { b: 1 } } }, { kamId: 94, a: { b: 2 } }, false],
    ['a nested attribute fits', { Resource: { a: { b: 1 } } }, { a: { b: 1 } }, true],
    ['a name may start with a dollar sign', { Resource: { $a: 1 } }, { $a: 1 }, true],
    ['members called type and id are attributes', { Resource: 'type:a, id:b' }, { type: 'a', id: 'b' }, true],
    ['one of several will do', { Resource: [{ kamId: 94 }, 'kamid:7'] }, { kamId: 7 }, true],
    ['an empty pattern is found everywhere', { Resource: '' }, {}, true],
    ['NotResource fits what is not listed', { NotResource: ['kamId:94', { a: 1 }] }, { kamId: 93 }, true],
    ['NotResource does not fit what is listed', { NotResource: ['kamId:94', { a: 1 }] }, { a: 1 }, false],
    ['a variable is a literal', { Resource: 'countryId:${subject.country}' }, { countryId: '070' }, true],
    [
      'a variable in an exact attribute',
      { Resource: { countryId: '${subject.country}' } },
      { countryId: '0701' },
      false,
    ],
    ['a variable that is missing fits nothing', { Resource: 'countryId:${subject.none}' }, { countryId: '070' }, false],
  ])('%s', (_, statement, object, allowed) => {
    expect(decided({ ...ALLOW, ...statement }, object)[0]).toBe(allowed ? 'allow' : 'not-applicable');
  });

  it('of a variable is no pattern, whatever the value holds', () => {
    const statement = { ...ALLOW, Resource: 'countryId:${subject.country}' };
    const subject = principal('alice', { attributes: { country: '.*' } });
    expect(decided(statement, { countryId: '070' }, { subject })).toEqual(['not-applicable']);
  });
});

describe('an action', () => {
  it.each<[string, Partial<Statement>, string, boolean]>([
    ['one of several will do', { Action: ['a$', 'b$'] }, 'xB', true],
    ['look-aheads must all be found', { Action: '(?=.*get)(?=.*item)' }, 'item:get', true],
    ['look-aheads must all be found, and are not', { Action: '(?=.*get)(?=.*item)' }, 'get', false],
    ['NotAction fits what is not listed', { NotAction: ['^a', '^b'] }, 'c', true],
    ['NotAction does not fit what is listed', { NotAction: ['^a', '^b'] }, 'bc', false],
    ['own flags stay', { Action: '(?s)^a.b$' }, 'A\nB', true],
  ])('%s', (_, action, asked, allowed) => {
    expect(decided({ Effect: 'Allow', Resource: '', ...action }, {}, { action: asked })[0]).toBe(
      allowed ? 'allow' : 'not-applicable',
    );
  });
});

describe('conditions hold as in IAM', () => {
  const NOW = { context: { at: '2026-11-22T12:00:00Z', ip: '10.1.2.3' } };
  it.each<[string, Json, boolean]>([
    ['StringEquals', { 'subject.country': ['071', '070'] }, true],
    ['StringEquals', { 'subject.country': '07' }, false],
    ['StringEquals', { 'subject.none': 'x' }, false],
    ['StringEquals', { 'resource.owner': '${subject.id}' }, true],
    ['StringEqualsIfExists', { 'subject.none': 'x' }, true],
    ['StringNotEquals', { 'subject.country': ['071', '070'] }, false],
    ['StringNotEquals', { 'subject.none': 'x' }, true],
    ['StringEqualsIgnoreCase', { 'resource.owner': 'ALICE' }, true],
    ['StringNotEqualsIgnoreCase', { 'resource.owner': 'ALICE' }, false],
    ['StringLike', { 'resource.owner': 'a?i*' }, true],
    ['StringLike', { 'resource.owner': 'a?i' }, false],
    ['StringLike', { 'resource.star': 'a${*}b' }, true],
    ['StringNotLike', { 'resource.owner': 'a*' }, false],
    ['ArnLike', { 'resource.arn': 'arn:*:s3:::b*' }, true],
    ['ArnLike', { 'resource.arn': 'arn:*:b/1' }, false],
    ['NumericEquals', { 'subject.level': '3' }, true],
    ['NumericLessThan', { 'subject.level': 3 }, false],
    ['NumericLessThanEquals', { 'subject.level': 3 }, true],
    ['NumericGreaterThanEquals', { 'subject.level': [9, 3] }, true],
    ['NumericNotEquals', { 'subject.level': 3 }, false],
    ['DateEquals', { 'context.at': '2026-11-22T13:00:00+01:00' }, true],
    ['DateLessThan', { 'context.at': '2026-11-23' }, true],
    ['DateGreaterThan', { 'context.at': 1795348800 }, false],
    ['DateGreaterThanEquals', { 'context.at': 1795348800 }, true],
    ['Bool', { 'resource.open': 'true' }, true],
    ['Bool', { 'resource.open': false }, false],
    ['IpAddress', { 'context.ip': ['10.1.2.3', '192.168.0.0/16'] }, true],
    ['NotIpAddress', { 'context.ip': '10.0.0.0/8' }, false],
    ['NotIpAddress', { 'context.none': '10.0.0.0/8' }, true],
    ['Null', { 'subject.none': true, 'subject.country': 'false', 'resource.nothing': true }, true],
    ['Null', { 'subject.country': true }, false],
    ['ForAnyValue:StringEquals', { 'subject.ids': ['b', 'c'] }, true],
    ['ForAnyValue:StringEquals', { 'subject.none': ['b', 'c'] }, false],
    ['ForAllValues:StringEquals', { 'subject.ids': ['b', 'c'] }, false],
    ['ForAllValues:StringEquals', { 'subject.none': ['b', 'c'] }, true],
    ['ForAllValues:StringNotLike', { 'subject.ids': ['c*'] }, true],
  ])('%s %j: %s', (operator, keys, allowed) => {
    const statement = { ...ALLOW, Resource: '', Condition: { [operator]: keys } };
    const object = { owner: 'alice', star: 'a*b', open: true, nothing: null, arn: 'arn:aws:s3:::b/1' };
    expect(decided(statement, object, NOW)[0]).toBe(allowed ? 'allow' : 'not-applicable');
  });

  it('all of them, on every part of the inquiry', () => {
    const Condition = {
      StringEquals: { 'subject.country': '070', 'context.tls': 'on', 'context.via.proxy': 'no' },
      StringNotEquals: { 'context.tls': 'off', 'resource.owner': 'bob' },
    };
    const statement = { ...ALLOW, Resource: 'owner', Condition };
    const ask = (tls: string): readonly string[] =>
      decided(statement, { owner: 'alice' }, { context: { tls, via: { proxy: 'no' } } });
    expect([ask('on'), ask('off')]).toEqual([['allow', '#0'], ['not-applicable']]);
  });
});

describe('what is wrong with statements', () => {
  it('is told at once, with the path of each', () => {
    const parsed = policiesOfStatements(
      [
        { Sid: 'a', Effect: 'allow', Action: '(', Resource: 'a(?!b)', Priority: 1 },
        { Sid: 'a', Effect: 'Deny', Action: [], NotAction: 'x', Resource: [{}, 7, 'a${subject.x}.*', '${user}'] },
        {
          Effect: 'Deny',
          Action: 'x',
          Resource: '',
          Condition: { Stringequals: { a: 'x' }, Bool: { 'subject.a': 'x', b: 1 } },
        },
        7,
      ],
      'everyone',
    );
    const found = parsed.ok ? [] : parsed.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
    expect(found).toEqual([
      '0.Priority CARDEA_INVALID_STATEMENT',
      '0.Effect CARDEA_INVALID_STATEMENT',
      '0.Action CARDEA_INVALID_PATTERN',
      '0.Resource CARDEA_UNSUPPORTED_PATTERN',
      '1.Sid CARDEA_INVALID_STATEMENT',
      '1 CARDEA_INVALID_STATEMENT',
      '1.Resource.0 CARDEA_INVALID_STATEMENT',
      '1.Resource.1 CARDEA_INVALID_STATEMENT',
      '1.Resource.2 CARDEA_UNSUPPORTED_PATTERN',
      '1.Resource.3 CARDEA_UNSUPPORTED_PATTERN',
      '2.Condition.Stringequals CARDEA_INVALID_RULE',
      '2.Condition.Bool.subject.a CARDEA_INVALID_RULE',
      '2.Condition.Bool.b CARDEA_INVALID_RULE',
      '3 CARDEA_INVALID_STATEMENT',
    ]);
  });

  it.each([
    [
      'a member that is named twice',
      '{"Effect":"Allow","Effect":"Deny","Action":"","Resource":""}',
      'CARDEA_DUPLICATE_KEY',
    ],
    ['a text that is no JSON', '{"Effect":', 'CARDEA_INVALID_DOCUMENT'],
    ['a class instance', new Date(0), 'CARDEA_INVALID_STATEMENT'],
    ['a document with more than statements', { Statement: [], Extra: 1 }, 'CARDEA_INVALID_STATEMENT'],
  ])('includes %s', (_, input, code) => {
    const parsed = policiesOfStatements(input, 'everyone');
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.code)).toEqual([code]);
  });

  it('has a line and a column in a text', () => {
    const parsed = policiesOfStatements('[\n  {"Effect": "Maybe", "Action": "", "Resource": ""}]', 'everyone');
    expect(parsed.ok ? [] : parsed.issues).toMatchObject([{ line: 2, column: 4, path: [0, 'Effect'] }]);
  });
});

it.each([
  [{ user: 'a/b' }, 'x y'],
  [{ group: '#1' }, '#0'],
  [{ role: 'é' }, 'ü'],
  ['everyone' as const, 'a'],
])('the uid of a statement of %j says whose it is', (holder, Sid) => {
  const parsed = policiesOfStatements({ Sid, Effect: 'Allow', Action: '', Resource: '' }, holder);
  expect(parsed.ok && statementOfUid(parsed.value[0]?.uid ?? '')).toEqual({ holder, sid: Sid });
});
