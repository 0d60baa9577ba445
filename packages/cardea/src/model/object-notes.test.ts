import { describe, expect, it } from 'vitest';
import { objectNotes } from './object-notes.ts';

describe('notes of objects', () => {
  it.each<[string, object]>([
    ['an object', {}],
    ['a list', []],
    ['one without a prototype', Object.create(null) as object],
    ['one that is frozen', Object.freeze({ a: 1 })],
    ['a proxy', new Proxy({}, {})],
  ])('are kept of %s, and nobody sees them', (_, object) => {
    const [notes, others] = [objectNotes<string>(), objectNotes<string>()];
    expect(notes.get(object)).toBeUndefined();
    notes.set(object, 'a');
    others.set(object, 'b');
    notes.set(object, 'c');
    expect([notes.get(object), others.get(object), notes.get({ ...object })]).toEqual(['c', 'b', undefined]);
    expect(Reflect.ownKeys(object)).toEqual(
      Reflect.ownKeys({ ...object }).concat(Array.isArray(object) ? ['length'] : []),
    );
    notes.set(object, undefined);
    expect(notes.get(object)).toBeUndefined();
  });

  it('stay where an object is frozen afterwards', () => {
    const notes = objectNotes<string>();
    const object = {};
    notes.set(object, 'a');
    Object.freeze(object);
    notes.set(object, 'b');
    expect(notes.get(object)).toBe('b');
  });
});
