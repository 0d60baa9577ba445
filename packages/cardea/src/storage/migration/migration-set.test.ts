import { describe, expect, it } from 'vitest';
import type { Migration } from '../../ports/migration.ts';
import { MigrationSet } from './migration-set.ts';

const of = (order: number): Migration<unknown> => ({ order, description: `to ${order}`, up: async () => undefined });

function issuesOf(migrations: readonly unknown[]): readonly string[] {
  try {
    void new MigrationSet(migrations as readonly Migration<unknown>[]);
  } catch (error) {
    return (error as { readonly issues: readonly { readonly message: string }[] }).issues.map(({ message }) => message);
  }
  return [];
}

describe('MigrationSet', () => {
  it('is in order, however it is given', () => {
    const set = new MigrationSet([of(3), of(1), of(2)]);
    expect([set.latest, Array.from(set, ({ order }) => order), set.get(2)?.order]).toEqual([3, [1, 2, 3], 2]);
    expect([set.get(0), set.get(4)]).toEqual([undefined, undefined]);
  });

  it('may be empty', () => {
    expect(new MigrationSet([]).latest).toBe(0);
  });

  it.each([
    ['two of an order', [of(1), of(2), of(2), of(2)], ['order `2` is there twice', 'order `2` is there twice']],
    ['a gap', [of(1), of(3)], ['order `3` does not follow on any: there is no `2`']],
    ['no first', [of(2)], ['order `2` does not follow on any: there is no `1`']],
    ['an order below 1', [of(0)], ['an order is a whole number of at least 1, not `0`']],
    ['half an order', [of(1.5)], ['an order is a whole number of at least 1, not `1.5`']],
    ['something else', [null], ['a migration is an object, not `null`']],
    [
      'half a migration',
      [{ order: 1, description: '', down: 1 }],
      [
        'a migration has a description',
        'a migration has a function `up`',
        '`down` of a migration is a function, or absent',
      ],
    ],
  ])('refuses %s', (_, migrations, messages) => {
    expect(issuesOf(migrations)).toEqual(messages);
  });
});
