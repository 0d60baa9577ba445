import { describe, expect, it } from 'vitest';
import { keyNames } from './key-names.ts';

describe('keyNames', () => {
  it('puts all keys of a prefix below one hash tag', () => {
    const names = keyNames('my.app');
    const { keys, channel } = names;
    for (const name of [...keys, channel, names.stage('1.1')]) expect(name).toMatch(/^\{my\.app\}:[a-z0-9:.]+$/);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(['', 'a{b', 'a}', '*', 'a?', '[a]', 'a b', 'ä', 'a\n', 'x'.repeat(101), 7, undefined])(
    'refuses %j as a prefix',
    (prefix) => {
      expect(() => keyNames(prefix as string)).toThrow('prefix must be letters');
    },
  );
});
