import { describe, expect, it } from 'vitest';
import { decideOver } from '../../../test/decide-over.ts';
import { formatIssue } from '../../errors.ts';
import type { Inquiry } from '../../model/inquiry.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Policy } from '../../model/policy.ts';
import { functionTable } from '../functions/table.ts';
import { importIam } from './import-iam.ts';
import { importLadon } from './import-ladon.ts';
import { principal } from './principal.ts';

function outcome(parsed: Parsed<readonly Policy[]>, inquiry: Inquiry): string {
  if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join('; '));
  return decideOver({ policies: parsed.value, links: [], revision: 1 }, inquiry, functionTable()).outcome;
}

function problems(parsed: Parsed<unknown>): readonly string[] {
  return parsed.ok ? [] : parsed.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
}

describe('policies of AWS IAM', () => {
  const DOCUMENT = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Read',
        Effect: 'Allow',
        Action: ['s3:Get*', 's3:List?ucket'],
        Resource: 'arn:aws:s3:::books/*',
        Condition: {
          IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
          StringEquals: { 'aws:ResourceTag/owner': '${aws:username}', 'aws:PrincipalTag/team': 'core' },
        },
      },
      { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
    ],
  };
  const resource = { type: 'arn', id: 'aws:s3:::books/7', properties: { owner: 'alice' } };
  const asked = {
    subject: principal('alice', { roles: ['reader'], attributes: { team: 'core' } }),
    action: 'S3:getObject',
    resource,
    context: { 'aws:sourceip': '10.1.1.1' },
  };
  it.each<[string, Partial<Inquiry>, string]>([
    ['is read', {}, 'allow'],
    ['compares actions whole', { action: 'xs3:GetObject' }, 'deny'],
    ['compares resources with case', { resource: { ...resource, id: 'aws:s3:::Books/7' } }, 'not-applicable'],
    ['knows tags of the resource', { resource: { ...resource, properties: { owner: 'bob' } } }, 'not-applicable'],
    ['knows the context without case of its keys', { context: { 'aws:sourceip': '11.1.1.1' } }, 'not-applicable'],
    ['is of its holder alone', { subject: principal('alice', { attributes: { team: 'core' } }) }, 'not-applicable'],
  ])('%s', (_, change, expected) => {
    expect(outcome(importIam(DOCUMENT, { role: 'reader' }), { ...asked, ...change })).toBe(expected);
  });

  it('are refused where a name has a variable, or a principal is named', () => {
    const statement = { Effect: 'Allow', Action: '*', Resource: 'home/${aws:username}/*', Principal: '*' };
    expect(problems(importIam(statement, 'everyone'))).toEqual([
      'Principal CARDEA_INVALID_STATEMENT',
      'Resource CARDEA_UNSUPPORTED',
    ]);
  });
});

describe('policies of Ladon and Keto', () => {
  const POLICY = {
    id: '1',
    description: 'readers',
    subjects: ['max', '<peter|ken>'],
    effect: 'allow',
    resources: ['books:<[0-9]+>'],
    actions: ['<create|get>'],
    conditions: {
      ip: { type: 'CIDRCondition', options: { cidr: '10.0.0.0/8' } },
      owner: { type: 'EqualsSubjectCondition', options: {} },
    },
    meta: { team: 'x' },
  };
  const asked = { subject: 'ken', action: 'get', resource: 'books:7', context: { ip: '10.1.1.1', owner: 'ken' } };
  it.each<[string, Partial<Inquiry>, string]>([
    ['are read', {}, 'allow'],
    ['compare texts whole', { resource: 'books:7x' }, 'not-applicable'],
    ['demand every condition', { context: { ip: '10.1.1.1', owner: 'max' } }, 'not-applicable'],
    ['demand what is missing', { context: { ip: '10.1.1.1' } }, 'not-applicable'],
  ])('%s', (_, change, expected) => {
    expect(outcome(importLadon(JSON.stringify([POLICY])), { ...asked, ...change })).toBe(expected);
  });

  it('fit nothing where nothing is listed', () => {
    expect(outcome(importLadon({ ...POLICY, actions: [] }), asked)).toBe('not-applicable');
  });

  it('of the exact flavor have no expressions', () => {
    const parsed = importLadon({ ...POLICY, conditions: {} }, { flavor: 'exact' });
    expect(
      outcome(parsed, { ...asked, subject: '<peter|ken>', action: '<create|get>', resource: 'books:<[0-9]+>' }),
    ).toBe('allow');
    expect(outcome(parsed, asked)).toBe('not-applicable');
  });

  it('are refused with all that is wrong', () => {
    const parsed = importLadon([
      { ...POLICY, resources: ['<(>'], extra: 1 },
      { ...POLICY, id: '2', effect: 'maybe' },
      {
        ...POLICY,
        id: '3',
        conditions: {
          a: { type: 'ResourceContainsCondition', options: {} },
          b: { type: 'CIDRCondition', options: { cidr: 'x' } },
        },
      },
      { ...POLICY, id: '4', subjects: [7] },
      POLICY,
      POLICY,
    ]);
    expect(problems(parsed)).toEqual([
      '0.extra CARDEA_INVALID_POLICY',
      '1.effect CARDEA_INVALID_POLICY',
      '2.conditions.a CARDEA_UNSUPPORTED',
      '3.subjects.0 CARDEA_INVALID_POLICY',
      '5.id CARDEA_DUPLICATE_UID',
    ]);
    expect(problems(importLadon({ ...POLICY, resources: ['<(>'] }))).toEqual(['resources.0 CARDEA_INVALID_PATTERN']);
    const wrongNetwork = { ip: { type: 'CIDRCondition', options: { cidr: 'x' } } };
    expect(problems(importLadon({ ...POLICY, conditions: wrongNetwork }))).toEqual([
      'conditions.ip.$cidr CARDEA_INVALID_NETWORK',
    ]);
  });
});
