import { expect, it } from 'vitest';
import { modelOf } from '../test/models.ts';
import { DefaultFilteredAdapter, FileAdapter, Filter, newEnforcer, setDefaultFileSystem } from './index.ts';

const CONTENT =
  'p, alice, data1, read\n\n# a comment\np, bob, data2, write\r\np,"carol, jr", data3, read\ng, alice, admin\n';
const files = { readFileSync: () => CONTENT, writeFileSync: () => undefined };

it('a file loads line by line, plain or not', async () => {
  const enforcer = await newEnforcer(modelOf({}), new FileAdapter('policy.csv', files));
  expect(await enforcer.getPolicy()).toEqual([
    ['alice', 'data1', 'read'],
    ['bob', 'data2', 'write'],
    ['carol, jr', 'data3', 'read'],
  ]);
});

it.each([
  ['the first field', { p: ['alice'], g: [] }, [['alice', 'data1', 'read']]],
  ['another field', { p: ['', 'data2'], g: ['nobody'] }, [['bob', 'data2', 'write']]],
  ['more fields than there are', { p: ['', '', '', 'x'], g: [] }, []],
])('a filter on %s loads what fits', async (_, { p, g }, expected) => {
  setDefaultFileSystem(files);
  const enforcer = await newEnforcer(modelOf({}));
  enforcer.setAdapter(new DefaultFilteredAdapter('policy.csv'));
  await enforcer.loadFilteredPolicy(Object.assign(new Filter(), { p, g }));
  setDefaultFileSystem();
  expect(await enforcer.getPolicy()).toEqual(expected);
  expect(enforcer.isFiltered()).toBe(true);
  await expect(enforcer.savePolicy()).rejects.toThrow('filtered');
});
