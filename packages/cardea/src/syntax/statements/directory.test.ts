import { describe, expect, it } from 'vitest';
import { formatPath } from '../../errors.ts';
import { parseDirectory } from './directory.ts';

const allow = (Sid: string): object => ({ Sid, Effect: 'Allow', Action: 'get', Resource: '' });

describe('a directory', () => {
  it('makes statements of a group those of all groups in it, and of a role those of groups that have it', () => {
    const parsed = parseDirectory({
      users: { alice: { groups: ['kam'], attributes: { country: 'NL' }, statements: allow('own') } },
      groups: {
        sales: { statements: allow('sales'), roles: ['reader'] },
        kam: { groups: ['sales'] },
        other: {},
      },
      roles: { reader: { statements: [allow('read')] } },
      everyone: { statements: JSON.parse('[]') as unknown },
    });
    expect(parsed.ok && parsed.value.policies.map(({ uid, subjects }) => [uid, subjects])).toEqual([
      ['user/alice/own', [{ type: 'user', id: 'alice' }]],
      ['group/sales/sales', [{ groups: { $anyIn: ['sales', 'kam'] } }]],
      ['role/reader/read', [{ roles: { $anyIn: ['reader'] } }, { groups: { $anyIn: ['sales', 'kam'] } }]],
    ]);
    expect(parsed.ok && [...parsed.value.users.values()]).toEqual([
      { type: 'user', id: 'alice', properties: { country: 'NL', groups: ['kam'], roles: [] } },
    ]);
  });

  it('lets groups be in each other: they have the same members', () => {
    const parsed = parseDirectory({
      groups: { a: { groups: ['b'], statements: allow('x') }, b: { groups: ['a', 'b'], statements: allow('y') } },
    });
    expect(parsed.ok && parsed.value.policies.map(({ subjects }) => subjects)).toEqual([
      [{ groups: { $anyIn: ['a', 'b'] } }],
      [{ groups: { $anyIn: ['b', 'a'] } }],
    ]);
  });

  it('tells all that is wrong at once', () => {
    const parsed = parseDirectory({
      users: { alice: { groups: ['nowhere'], attributes: 7, statements: [{ ...allow('x'), Effect: 'No' }] } },
      groups: { a: { roles: ['nothing'], members: [] } },
      roles: [],
      extra: {},
    });
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => formatPath(path)).toSorted()).toEqual(
      [
        'extra',
        'groups.a.members',
        'groups.a.roles[0]',
        'roles',
        'users.alice.attributes',
        'users.alice.groups[0]',
        'users.alice.statements[0].Effect',
      ].toSorted(),
    );
  });
});
