import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DefaultRoleManager, Util } from './index.ts';
import { reachOf } from './role-reach.ts';

const NAMES = ['alice', 'bob', '/a/1', '/a/:id', '/a/*', '/b', '*', ''];
const name = fc.constantFrom(...NAMES);
const domain = fc.constantFrom('d1', 'd2', 'd*');
const links = fc.array(fc.record({ member: name, role: name, domain }), { maxLength: 14 });

it('reach ≡ hasLink, for every name', () =>
  fc.assert(
    fc.asyncProperty(
      links,
      fc.constantFrom(undefined, Util.keyMatchFunc, Util.keyMatch2Func),
      fc.boolean(),
      fc.integer({ min: 0, max: 4 }),
      async (made, matching, hasDomains, levels) => {
        const manager = new DefaultRoleManager(levels);
        if (matching !== undefined) await manager.addMatchingFunc(matching);
        if (hasDomains) await manager.addDomainMatchingFunc(Util.keyMatchFunc);
        for (const link of made) await manager.addLink(link.member, link.role, link.domain);
        for (const asked of [...NAMES, 'stranger', '/a/2']) {
          const reach = reachOf(manager, asked, 'd1');
          for (const role of [...NAMES, 'stranger']) {
            expect(reach.has(role), `${asked} > ${role}`).toBe(manager.syncedHasLink(asked, role, 'd1'));
          }
        }
      },
    ),
    { numRuns: 150 },
  ));

it('ends in a circle of roles', async () => {
  const manager = new DefaultRoleManager(10);
  await manager.addLink('a', 'b');
  await manager.addLink('b', 'a');
  expect(reachOf(manager, 'a').names).toEqual(['a', 'b']);
});

it.each([
  ['a link more', (manager: DefaultRoleManager) => manager.addLink('/a/1', 'admin')],
  ['a link for a pattern', (manager: DefaultRoleManager) => manager.addLink('/a/:id', 'admin')],
  ['a link that is taken away', (manager: DefaultRoleManager) => manager.deleteLink('/a/:id', 'readers')],
  ['no links', (manager: DefaultRoleManager) => manager.clear()],
  ['another function', (manager: DefaultRoleManager) => manager.addMatchingFunc(Util.regexMatchFunc)],
])('what was remembered is forgotten after %s', async (_, change) => {
  const manager = new DefaultRoleManager(10);
  await manager.addMatchingFunc(Util.keyMatch2Func);
  await manager.addLink('/a/:id', 'readers');
  expect(reachOf(manager, '/a/1').has('readers')).toBe(true);
  await change(manager);
  for (const role of ['readers', 'admin', '/a/:id']) {
    expect(reachOf(manager, '/a/1').has(role), role).toBe(manager.syncedHasLink('/a/1', role));
  }
});

it('domains below domains ≡ hasLink, before and after a change of theirs', async () => {
  const [manager, domains] = [new DefaultRoleManager(10), new DefaultRoleManager(10)];
  await manager.addDomainHierarchy(domains);
  await manager.addLink('alice', 'admin', 'parent');
  expect(reachOf(manager, 'alice', 'child').has('admin')).toBe(false);
  await domains.addLink('parent', 'child');
  expect(manager.syncedHasLink('alice', 'admin', 'child')).toBe(true);
  expect(reachOf(manager, 'alice', 'child').has('admin')).toBe(true);
});
