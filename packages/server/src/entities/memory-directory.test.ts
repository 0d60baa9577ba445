import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEntityDocument } from './entity-document.ts';
import { memoryDirectory } from './memory-directory.ts';

describe('a directory in memory', () => {
  it('knows all groups that an entity is in, by the shortest or the longest way', () => {
    const group = fc.integer({ min: 0, max: 7 });
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(group, { maxLength: 3 }), { minLength: 8, maxLength: 8 }), (parents) => {
        const entities = parents.map((of, at) => ({
          type: 'group',
          id: String(at),
          parents: of.map((id) => ({ type: 'group', id: String(id) })),
        }));
        const directory = memoryDirectory({ entities });
        const reach = parents.map((_, from) => reachedFrom(from, parents));
        for (const [at, reached] of reach.entries()) {
          const names = [...reached].map((id) => `group:${id}`).sort();
          expect(directory.find('group', String(at))).toEqual(names.length === 0 ? {} : { ancestors: names });
        }
      }),
    );
  });

  it('lists every id once, in one order, from any place on', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.string(), fc.integer({ min: 1, max: 4 }), (ids, after, limit) => {
        const directory = memoryDirectory({ entities: ids.map((id) => ({ type: 'book', id })) });
        const sorted = ids.toSorted();
        expect(directory.list('book', undefined, limit)).toEqual(sorted.slice(0, limit));
        expect(directory.list('book', after, limit)).toEqual(sorted.filter((id) => id > after).slice(0, limit));
      }),
    );
  });

  it('knows nothing of names of the prototype', () => {
    const directory = memoryDirectory({ entities: [{ type: 'user', id: 'alice' }] });
    for (const name of ['__proto__', 'constructor']) {
      expect(directory.find(name, 'alice')).toBeUndefined();
      expect(directory.find('user', name)).toBeUndefined();
      expect(directory.list(name, undefined, 9)).toEqual([]);
    }
  });

  it('tells the actions on resources of a type, and those on all', () => {
    const directory = memoryDirectory({
      actions: [{ name: 'see' }, { name: 'lend', resourceTypes: ['book'], properties: { days: 7 } }],
    });
    expect(directory.actions('book')).toEqual([{ name: 'see' }, { name: 'lend', properties: { days: 7 } }]);
    expect(directory.actions('shelf')).toEqual([{ name: 'see' }]);
  });

  it('refuses an entity that is there twice', () => {
    const alice = { type: 'user', id: 'alice' };
    expect(() => memoryDirectory({ entities: [alice, alice] })).toThrow('entity `user:alice` is there twice');
  });
});

describe('a document of entities', () => {
  it('is what it was', () => {
    const document = {
      entities: [{ type: 'user', id: 'alice', properties: { role: 'x' }, parents: [{ type: 'group', id: 'g' }] }],
      actions: [{ name: 'read', resourceTypes: ['book'] }],
    };
    expect(parseEntityDocument(document, 'x.json')).toEqual(document);
    expect(parseEntityDocument({}, 'x.json')).toEqual({ entities: [], actions: [] });
  });

  it.each([
    ['a list', [], 'x.json'],
    ['an unknown member', { users: [] }, 'users'],
    ['entities that are no list', { entities: {} }, 'entities'],
    ['an entity without an id', { entities: [{ type: 'user' }] }, 'entities[0].id'],
    ['an id that is a number', { entities: [{ type: 'user', id: 1 }] }, 'entities[0].id'],
    ['an unknown member of an entity', { entities: [{ type: 'user', id: 'a', role: 'x' }] }, 'entities[0]'],
    ['properties that are a list', { entities: [{ type: 'user', id: 'a', properties: [] }] }, 'entities[0].properties'],
    [
      'ancestors of its own',
      { entities: [{ type: 'user', id: 'a', properties: { ancestors: [] } }] },
      'entities[0].properties.ancestors',
    ],
    [
      'a parent without a type',
      { entities: [{ type: 'user', id: 'a', parents: [{ id: 'g' }] }] },
      'entities[0].parents[0].type',
    ],
    ['an action without a name', { actions: [{}] }, 'actions[0].name'],
  ])('is refused with %s, by name and path', (_, document, path) => {
    expect(() => parseEntityDocument(document, 'x.json')).toThrow(path);
    expect(() => parseEntityDocument(document, 'x.json')).toThrow('x.json');
  });

  it('is refused with every issue at once', () => {
    try {
      parseEntityDocument({ entities: [{}, { type: 1, id: 'a' }] }, 'x.json');
      expect.unreachable();
    } catch (error) {
      expect((error as { readonly issues: readonly unknown[] }).issues).toHaveLength(3);
    }
  });
});

function reachedFrom(start: number, parents: readonly (readonly number[])[]): ReadonlySet<number> {
  const reached = new Set<number>();
  const visit = (at: number): void => {
    for (const parent of parents[at] ?? []) {
      if (reached.has(parent)) continue;
      reached.add(parent);
      visit(parent);
    }
  };
  visit(start);
  return reached;
}
