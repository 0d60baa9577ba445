import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patternSource } from '../../../test/patterns.ts';
import { compilePattern } from './compile.ts';
import { documentPattern } from './document-pattern.ts';
import { parsePattern } from './parse.ts';

function inDocuments(source: string): string {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return documentPattern(source, parsed.node);
}

describe('a pattern for documents', () => {
  test.each([
    ['kamId:94', 'kamid:94'],
    ['site:[A-F]\\d', 'site:[a-f]\\d'],
    ['a\\D', 'a\\D'],
    ['\\x4Aan', 'jan'],
  ])('%s is written %s', (source, expected) => {
    expect(inDocuments(source)).toBe(expected);
  });

  test('document-pattern-ignores-case', () => {
    const char = fc.constantFrom(...Array.from(' !#/01:@[\\]^_`abcikstz{|}~-.'));
    fc.assert(
      fc.property(patternSource, fc.string({ unit: char, maxLength: 12 }), (source, text) => {
        const parsed = parsePattern(source);
        fc.pre(parsed.ok && parsePattern(`(?i:${source})`).ok);
        expect(compilePattern(inDocuments(source)).test(text)).toBe(compilePattern(`(?i:${source})`).test(text));
      }),
    );
  });
});
