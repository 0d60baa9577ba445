import { describe, expect, it } from 'vitest';
import { attributes } from '../model/entity.ts';
import type { Entity } from '../model/inquiry.ts';
import { PrincipalCache } from './principal-cache.ts';

const ALICE = { type: 'user', id: 'alice', properties: { groups: ['kam'], country: 'NL' } };

/** What the cache gives at first, and what when it is asked again as late as an answer is of use. */
function askedTwice(first: unknown, second: unknown): readonly [unknown, unknown] {
  const time = { nowMs: 0 };
  const answers = [first, second];
  const clock = { now: () => time.nowMs, elapsed: () => time.nowMs };
  const principals = (): Entity => answers.shift() as Entity;
  const cache = new PrincipalCache(principals, { maxAgeMs: 1_000, maxPrincipals: 10, clock });
  const before = cache.known('alice');
  time.nowMs = 1_001;
  const after = cache.known('alice');
  expect(answers).toEqual([]);
  return [before, after];
}

describe('a subject that is asked for again', () => {
  it('is the same object while it says the same, so that nothing is compiled again', () => {
    const [before, after] = askedTwice(ALICE, structuredClone(ALICE));
    expect(before).toEqual(ALICE);
    expect(after).toBe(before);
  });

  it.each([
    ['an attribute', { ...ALICE, properties: { groups: ['kam'], country: 'BE' } }],
    ['a group', { ...ALICE, properties: { groups: ['kam', 'all'], country: 'NL' } }],
    ['what no longer is an entity', attributes(ALICE)],
    ['nobody', undefined],
  ])('is another one with %s', (_, now) => {
    const [before, after] = askedTwice(ALICE, now);
    expect(after).not.toBe(before);
    expect(after).toEqual(now);
  });

  it('may be a list, which stays one', () => {
    const [before, after] = askedTwice(['user', 'alice'], ['user', 'alice']);
    expect(before).toEqual(['user', 'alice']);
    expect(after).toBe(before);
  });

  it('is what it is now, where it cannot be copied', () => {
    const odd = { type: 'user', id: 'alice', properties: { seen: () => 1 } };
    const [before, after] = askedTwice(odd, { ...odd });
    expect(after).not.toBe(before);
  });
});
