import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { decideOver } from '../../../test/decide-over.ts';
import { sqlText } from '../../filter/sql/index.ts';
import { StatementGuard } from '../../statements/statement-guard.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { attributes } from '../../model/entity.ts';
import type { Json } from '../../ast/json.ts';
import { functionTable } from '../functions/table.ts';
import { CONDITION_OPERATORS } from './condition-operators.ts';
import { parseDirectory } from './directory.ts';
import { policiesOfStatements } from './policies-of-statements.ts';
import { principal } from './principal.ts';
import { statementOfUid } from './statement-uid.ts';

const STATEMENT = { Sid: 's', Effect: 'Allow', Action: 'get', Resource: '' };

/** The codes of what is wrong, and that nothing was read. */
function refused(statement: unknown): readonly string[] {
  const parsed = policiesOfStatements(statement, 'everyone');
  return parsed.ok ? [] : parsed.issues.map(({ code }) => code);
}

const INJECTIONS = [
  "' or '1'='1",
  "'; drop table things; --",
  '" or ""="',
  '`; rm -rf /`',
  '$(id)',
  '%',
  '_',
  '*',
  '.*',
  '\\',
  '\\u0000',
  '\0',
  '${subject.id}}',
  '{"$ne":null}',
  '\u202e',
  '\r\nSet-Cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  'user:alice',
  'é',
  '😀',
];

describe('statements that are refused when they are read', () => {
  it.each([
    ['(?<=a)b', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(?<!a)b', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['a(?=b)', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(?!a)b', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(?=.*a|b)', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(?=a)', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(a)\\1', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(?<n>a)\\k<n>', 'CARDEA_UNSUPPORTED_PATTERN'],
    ['(?>a)', 'CARDEA_INVALID_PATTERN'],
    ['(', 'CARDEA_INVALID_PATTERN'],
    [')', 'CARDEA_INVALID_PATTERN'],
    ['[a', 'CARDEA_INVALID_PATTERN'],
    ['a{2,1}', 'CARDEA_INVALID_PATTERN'],
    ['*a', 'CARDEA_INVALID_PATTERN'],
    ['\\', 'CARDEA_INVALID_PATTERN'],
    ['(?=.*a', 'CARDEA_UNSUPPORTED_PATTERN'],
  ])('the pattern %s, as an action and as a resource', (pattern, code) => {
    expect([refused({ ...STATEMENT, Action: pattern }), refused({ ...STATEMENT, Resource: pattern })]).toEqual([
      [code],
      [code],
    ]);
  });

  it.each([
    'stringEquals',
    'StringEquals ',
    'StringEqualsIfExistsIfExists',
    'ForAnyValue:ForAllValues:StringEquals',
    'ForSomeValue:StringEquals',
    'IfExists',
    '',
    'StringMatches',
    ...INJECTIONS,
  ])('the operator %j', (operator) => {
    const Condition = Object.fromEntries([[operator, { 'subject.a': 'b' }]]);
    expect(refused(JSON.stringify({ ...STATEMENT, Condition }))).toHaveLength(1);
  });

  it.each(
    ['', 'subject', 'subject.', '.a', 'user.a', 'Subject.a', 'subject..a', ...INJECTIONS].filter(
      (key) => key !== 'subject',
    ),
  )('the key %j of a condition', (key) => {
    const Condition = { StringEquals: Object.fromEntries([[key, 'b']]) };
    expect(refused(JSON.stringify({ ...STATEMENT, Condition }))).toHaveLength(1);
  });

  it.each([...INJECTIONS, 'allow', 'ALLOW', 'Deny ', null, true, ['Allow'], { $any: true }])(
    'the effect %j',
    (Effect: unknown) => {
      expect(refused({ ...STATEMENT, Effect })).toEqual(['CARDEA_INVALID_STATEMENT']);
    },
  );

  it.each(['Effekt', 'Principal', 'NotPrincipal', 'condition', 'subjects', ...INJECTIONS])('the member %j', (name) => {
    const given = JSON.stringify({ ...STATEMENT, ...Object.fromEntries([[name, 'x']]) });
    expect(refused(given)).toEqual(['CARDEA_INVALID_STATEMENT']);
  });

  it.each([
    ['a list of nothing', { Resource: [] }, ['CARDEA_INVALID_STATEMENT']],
    [
      'a value that is no value',
      { Condition: { StringEquals: { 'subject.a': { $any: true } } } },
      ['CARDEA_INVALID_RULE'],
    ],
    ['no number', { Condition: { NumericEquals: { 'subject.a': '1 or 1=1' } } }, ['CARDEA_INVALID_RULE']],
    [
      'a network of a variable',
      { Condition: { IpAddress: { 'context.ip': '${subject.ip}' } } },
      ['CARDEA_INVALID_RULE'],
    ],
    ['two variables', { Resource: { a: '${subject.a}${subject.b}' } }, ['CARDEA_INVALID_STATEMENT']],
  ])('%s', (_, change, codes) => {
    expect(refused({ ...STATEMENT, ...change })).toEqual(codes);
  });
});

describe('hostile texts mean nothing but themselves', () => {
  const decided = (statement: object, object: Record<string, Json>, subject = principal('alice')): string => {
    const parsed = policiesOfStatements({ ...STATEMENT, ...statement }, 'everyone');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const inquiry = { subject, action: 'get', resource: attributes(object) };
    return decideOver({ policies: parsed.value, links: [], revision: 1 }, inquiry, functionTable()).outcome;
  };
  const isVariable = (text: string): boolean => text.includes('${');

  it.each(INJECTIONS)('%j as the value, the name and the value of a variable of an attribute', (text) => {
    const named = (name: string): Record<string, Json> =>
      JSON.parse(`{${JSON.stringify(name)}:1}`) as Record<string, Json>;
    expect([decided({ Resource: named(text) }, named(text)), decided({ Resource: named(text) }, { other: 1 })]).toEqual(
      ['allow', 'not-applicable'],
    );
    const subject = principal('alice', { attributes: { a: text } });
    const Resource = { a: '${subject.a}' };
    expect([decided({ Resource }, { a: text }, subject), decided({ Resource }, { a: `${text}x` }, subject)]).toEqual([
      'allow',
      'not-applicable',
    ]);
    if (isVariable(text)) return;
    expect([decided({ Resource: { a: text } }, { a: text }), decided({ Resource: { a: text } }, { a: 'x' })]).toEqual([
      'allow',
      'not-applicable',
    ]);
    const Condition = { StringEquals: { 'resource.a': text } };
    expect([decided({ Condition }, { a: text }), decided({ Condition }, { a: 'x' })]).toEqual([
      'allow',
      'not-applicable',
    ]);
  });

  it.each(INJECTIONS)('%j as a Sid, a user, a group and a role', (name) => {
    const named = JSON.stringify(name);
    const statements = (who: string): string =>
      `{${named}:{"statements":{"Sid":${JSON.stringify(who)},"Effect":"Allow","Action":"get","Resource":""}}}`;
    const parsed = parseDirectory(
      `{"users":${statements(name)},"groups":${statements(name)},"roles":${statements(name)}}`,
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(parsed.value.policies.map(({ uid }) => statementOfUid(uid))).toEqual([
      { holder: { user: name }, sid: name },
      { holder: { group: name }, sid: name },
      { holder: { role: name }, sid: name },
    ]);
    const set = { policies: parsed.value.policies, links: [], revision: 1 };
    const deciders = (user: string, membership: object): readonly string[] =>
      decideOver(set, { subject: principal(user, membership), action: 'get', resource: {} }, functionTable()).deciders;
    const [user, group, role] = parsed.value.policies.map(({ uid }) => uid);
    expect([
      deciders(name, {}),
      deciders('x', { groups: [name] }),
      deciders('x', { roles: [name] }),
      deciders('x', {}),
    ]).toEqual([[user], [group], [role], []]);
  });

  it.each(INJECTIONS)('%j in a database', async (text) => {
    const parsed = policiesOfStatements([{ ...STATEMENT, Resource: { a: '${subject.a}' } }], 'everyone');
    const guard = new StatementGuard(new MemoryStorage(parsed.ok ? parsed.value : []), {
      principals: (user) => principal(user, { attributes: { a: text } }),
    });
    const filtered = sqlText(await guard.plan('alice', 'get'), {
      dialect: 'sqlite',
      strict: true,
      columns: { a: { column: 'a', type: 'text', nulls: 'missing' } },
    });
    const database = new BetterSqlite(':memory:');
    database.exec('create table things (a text) strict');
    const insert = database.prepare('insert into things values (?)');
    for (const a of ['x', null, ...INJECTIONS]) insert.run(a);
    expect(
      database
        .prepare(`select a from things where ${filtered.text}`)
        .pluck()
        .all(...filtered.parameters),
    ).toEqual([text]);
    database.close();
  });
});

describe('every operator of conditions', () => {
  const at = '2026-11-22T12:00:00Z';
  const FITTING: Readonly<Record<string, readonly [fits: Json, not: Json, value: Json]>> = {
    StringEquals: ['a', 'b', 'a'],
    StringNotEquals: ['b', 'a', 'a'],
    StringEqualsIgnoreCase: ['A', 'b', 'a'],
    StringNotEqualsIgnoreCase: ['b', 'A', 'a'],
    StringLike: ['abc', 'bc', 'a*'],
    StringNotLike: ['bc', 'abc', 'a*'],
    ArnEquals: ['arn:aws:s3:::a/b', 'arn:aws:s3:::b', 'arn:aws:s3:::a*'],
    ArnLike: ['arn:aws:s3:::a/b', 'arn:aws:ec2:::a', 'arn:aws:s3:::a*'],
    ArnNotEquals: ['arn:aws:s3:::b', 'arn:aws:s3:::a', 'arn:aws:s3:::a*'],
    ArnNotLike: ['arn:aws:ec2:::a', 'arn:aws:s3:::a', 'arn:aws:s3:::a*'],
    BinaryEquals: ['QQ==', 'qq==', 'QQ=='],
    NumericEquals: [1, 2, '1'],
    NumericNotEquals: [2, 1, 1],
    NumericLessThan: [1, 2, 2],
    NumericLessThanEquals: [2, 3, 2],
    NumericGreaterThan: [3, 2, 2],
    NumericGreaterThanEquals: [2, 1, 2],
    DateEquals: ['2026-11-22T13:00:00+01:00', '2026-11-22T13:00:00Z', at],
    DateNotEquals: ['2026-11-22T13:00:00Z', at, at],
    DateLessThan: ['2026-11-22T11:59:59Z', at, at],
    DateLessThanEquals: [at, '2026-11-22T12:00:01Z', at],
    DateGreaterThan: ['2026-11-22T12:00:01Z', at, at],
    DateGreaterThanEquals: [at, '2026-11-22T11:59:59Z', at],
    Bool: [true, false, 'true'],
    IpAddress: ['10.1.2.3', '11.1.2.3', '10.0.0.0/8'],
    NotIpAddress: ['11.1.2.3', '10.1.2.3', '10.0.0.0/8'],
  };

  it('is in the table below', () => {
    expect(Object.keys(FITTING).toSorted()).toEqual([...CONDITION_OPERATORS.keys()].toSorted());
  });

  it.each(Object.entries(FITTING))('%s', (operator, [fits, not, value]) => {
    const { negated } = CONDITION_OPERATORS.get(operator) ?? {};
    const holds = (name: string, object: Record<string, Json>): boolean => {
      const parsed = policiesOfStatements({ ...STATEMENT, Condition: { [name]: { 'resource.a': value } } }, 'everyone');
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      const inquiry = { subject: 'x', action: 'get', resource: object };
      return decideOver({ policies: parsed.value, links: [], revision: 1 }, inquiry, functionTable()).allowed;
    };
    expect([holds(operator, { a: fits }), holds(operator, { a: not }), holds(operator, {})]).toEqual([
      true,
      false,
      negated,
    ]);
    const ifExists = `${operator}IfExists`;
    expect([holds(ifExists, { a: fits }), holds(ifExists, { a: not }), holds(ifExists, {})]).toEqual([
      true,
      false,
      true,
    ]);
    const [any, all] = [`ForAnyValue:${operator}`, `ForAllValues:${operator}`];
    expect([holds(any, { a: [not, fits] }), holds(any, { a: [not] }), holds(any, {})]).toEqual([true, false, false]);
    expect([holds(all, { a: [fits, fits] }), holds(all, { a: [fits, not] }), holds(all, {})]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
