import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { searchByBacktracking } from '../../../test/backtracking.ts';
import { compilePattern } from './compile.ts';
import type { PatternNode } from './node.ts';
import { parsePattern } from './parse.ts';
import { printPattern } from './print.ts';

/**
 * Patterns on which backtracking engines take exponential or polynomial time, with the text that shows
 * it: a start, a piece many times, and an end. From OWASP's page on ReDoS, the advisories of npm packages,
 * the outages of Stack Overflow (2016) and Cloudflare (2019), and the literature on the subject.
 */
const CATASTROPHIC: readonly (readonly [source: string, start: string, piece: string, end: string])[] = [
  ['(a+)+$', '', 'a', '!'],
  ['^(a+)+$', '', 'a', '!'],
  ['^(a|a)*$', '', 'a', '!'],
  ['^(a|aa)+$', '', 'a', '!'],
  ['(a|a?)+$', '', 'a', '!'],
  ['^.*.*.*=.*$', '', 'x', ''],
  ['(.*)*=', '', 'x', ''],
  ['(.*a){12}$', '', 'a', '!'],
  ['(x+x+)+y', '', 'x', ''],
  ['\\s+$', '', ' ', '!'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', '', 'a', '!'],
  ['([a-zA-Z]+)*$', '', 'a', '!'],
  ['^(\\d+)*\\D$', '', '1', ''],
  ['^([a-zA-Z0-9._-]+)+@[a-z]+$', '', 'a', ''],
  [
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
    '',
    'a',
    '!',
  ],
  ['^(https?:\\/\\/)?([\\da-z.-]+)\\.([a-z.]{2,6})([\\/\\w .-]*)*\\/?$', 'http://a.com', '/a', '!'],
  ['^(?:(?:https?://)?[^/\\s]+/?)+$', '', 'a', ' '],
  [
    '(?:(?:"|\'|\\]|\\}|\\\\|\\d|(?:nan|infinity|true|false|null|undefined|symbol|math)|`|-|\\+)+[)]*;?((?:\\s|-|~|!|\\{\\}|\\|\\||\\+)*.*(?:.*=.*)))',
    'x=',
    'x',
    '',
  ],
  ['^(\\w+\\s?)*$', '', 'aa ', '!'],
  ['<!--(?:-?.)*-->', '<!--', '-', ''],
  ['^(([^<>()\\[\\]\\\\.,;:\\s@"]+(\\.[^<>()\\[\\]\\\\.,;:\\s@"]+)*)+)@x$', '', 'a.', ' '],
  ['(\\w|\\d)*#', '', '1', ''],
  ['^(?:a?){200}a{200}$', '', 'a', '!'],
];

describe('a catastrophic pattern', () => {
  test('is one: backtracking breaks any linear bound on most of them', () => {
    const broken = CATASTROPHIC.filter(([source, start, piece, end]) => {
      const text = start + piece.repeat(400 / piece.length) + end;
      const bound = 20_000 * text.length;
      return searchByBacktracking(nodeOf(source), text, bound).steps >= bound;
    });
    expect(broken.length).toBeGreaterThanOrEqual(15);
  });

  test.each(CATASTROPHIC)('%s runs on re2js', (source) => {
    expect(compilePattern(source).engine).toBe('re2js');
  });

  test.each(CATASTROPHIC)('%s reads each byte of 100 kB a constant number of times', (source, start, piece, end) => {
    const regex = RE2JS.compile(printPattern(nodeOf(source), 're2'));
    const reads = [12_500, 25_000, 50_000, 100_000].map((length) => {
      const text = start + piece.repeat(length / piece.length) + end;
      const bytes = Array.from(text, (char) => char.charCodeAt(0));
      let count = 0;
      const counted = new Proxy(bytes, {
        get(target, key) {
          if (typeof key === 'string' && /^\d/.test(key)) count++;
          return Reflect.get(target, key);
        },
      });
      expect(regex.test(counted)).toBe(compilePattern(source).test(text));
      return count / bytes.length;
    });
    expect(Math.max(...reads)).toBeLessThanOrEqual(4);
  });
});

function nodeOf(source: string): PatternNode {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.problem.message}`);
  return parsed.node;
}
