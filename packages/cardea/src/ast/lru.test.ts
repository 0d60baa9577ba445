import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LruMap } from './lru.ts';

test('drops the entry that was used longest ago', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('counts hits and misses until it is cleared', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.get('a');
  map.get('b');
  expect(map.info).toEqual({ hits: 1, misses: 1 });
  map.clear();
  expect(map.info).toEqual({ hits: 0, misses: 0 });
  expect(map.size).toBe(0);
});

test('a size of 0 keeps nothing, and null keeps everything', () => {
  const none = new LruMap<number, number>(0);
  const all = new LruMap<number, number>(null);
  for (let key = 0; key < 100; key++) {
    none.set(key, key);
    all.set(key, key);
  }
  expect([none.size, all.size]).toEqual([0, 100]);
});

test('lru-keeps-the-last-used: it holds what a list in order of use would', () => {
  const command = fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.nat(6));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(command, { maxLength: 40 }), (size, commands) => {
      const map = new LruMap<number, number>(size);
      let model: number[] = [];
      for (const [verb, key] of commands) {
        const known = model.includes(key);
        if (verb === 'get') expect(map.get(key)).toBe(known ? key : undefined);
        if (verb === 'set') map.set(key, key);
        if (verb === 'delete') expect(map.delete(key)).toBe(known);
        const others = model.filter((other) => other !== key);
        if (verb === 'set' || (verb === 'get' && known)) model = [...others, key].slice(-size);
        if (verb === 'delete') model = others;
      }
      expect(map.size).toBe(model.length);
    }),
  );
});
