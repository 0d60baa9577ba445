import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { anyText, patternSource, plainText } from '../../../test/patterns.ts';
import { checkPattern, compilePattern, matchPattern } from './compile.ts';
import { parsePattern } from './parse.ts';
import { printPattern } from './print.ts';

describe('engines-agree', () => {
  test('the native engine and re2js find the same', () => {
    fc.assert(
      fc.property(patternSource, anyText, (source, text) => {
        const native = nativeOf(source);
        fc.pre(native !== undefined);
        expect(isFound(native, text)).toBe(re2Of(source).test(text));
      }),
    );
  });

  test('a compiled pattern finds what re2js finds in the source itself', () => {
    fc.assert(
      fc.property(patternSource, anyText, (source, text) => {
        fc.pre(!source.includes('\\u{'));
        expect(compilePattern(source).test(text)).toBe(RE2JS.compile(source).test(text));
      }),
    );
  });

  test('and what JavaScript finds, in texts that its white space, lines and case folding see as RE2 does', () => {
    fc.assert(
      fc.property(patternSource, plainText, (source, text) => {
        const theirs = javaScriptOf(source);
        fc.pre(theirs !== undefined);
        expect(compilePattern(source).test(text)).toBe(isFound(theirs, text));
      }),
    );
  });
});

describe('a pattern', () => {
  test.each([
    ['^library:books:(.+)$', 'native', 'library:books:dune', 'library:books:'],
    ['^([a-zA-Z]+ M[a-z]+)$', 'native', 'Jim Morrison', 'Jim Morrison Jr'],
    ['^ab$', 'native', 'ab', 'ab\n'],
    ['b', 'native', 'abc', 'ac'],
    ['(?m)^b$', 're2js', 'a\nb\nc', 'a\rb\rc'],
    ['^a?\n(?m:^)b(?m:$)', 'native', '\nb\nc', '\nb\rc'],
    ['\\B', 're2js', 'aa', 'a😀a'],
    ['^a.c', 'native', 'a\rc', 'a\nc'],
    ['(?s)^a.c', 'native', 'a\nc', 'ac'],
    ['^.$', 'native', '😀', '\u{1f600}a'],
    ['^\\s$', 'native', '\f', '\v'],
    ['^\\w$', 'native', '_', 'é'],
    ['^\\d$', 'native', '7', '٣'],
    ['a\\b', 're2js', 'aé', 'a_'],
    ['^a\\b', 'native', 'aé', 'a_'],
    ['(?i)^kelvin$', 'native', '\u212aelvin', 'celvin'],
    ['(?i)^\\w$', 'native', '\u017f', 'é'],
    ['(?i)^\\W$', 'native', 'é', '\u017f'],
    ['(?i)^é$', 're2js', 'É', 'e'],
    ['(?i)^[^é]$', 're2js', 'e', 'É'],
    ['^\\p{Greek}+$', 're2js', 'αβγ', 'abc'],
    ['^\\P{Lu}$', 're2js', 'a', 'A'],
    ['^(a*)*b', 're2js', 'aab', 'aac'],
  ])('%s runs on %s, finds %j and does not find %j', (source, engine, found, missed) => {
    const matcher = compilePattern(source);
    expect([matcher.engine, matcher.test(found), matcher.test(missed)]).toEqual([engine, true, false]);
  });

  test('answers alike about a text that is too long for the native engine', () => {
    const { engine, test } = compilePattern('^(?:ab)*$');
    const text = 'ab'.repeat(60_000);
    expect([engine, test(text), test(`${text}a`)]).toEqual(['native', true, false]);
  });

  test('that is none is an error with its code', () => {
    expect(() => compilePattern('a(?=b)')).toThrow(expect.objectContaining({ code: 'CARDEA_UNSUPPORTED_PATTERN' }));
    expect(() => matchPattern('(', 'a')).toThrow(expect.objectContaining({ code: 'CARDEA_INVALID_PATTERN' }));
    expect(checkPattern('(')).toMatchObject({ code: 'CARDEA_INVALID_PATTERN', position: 1 });
    expect(checkPattern('a')).toBeUndefined();
  });

  test('is searched the same the first time and later', () => {
    expect([matchPattern('^a+$', 'aa'), matchPattern('^a+$', 'ab'), matchPattern('^a+$', 'a')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

function printedOf(source: string, syntax: 're2' | 'native'): string {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return printPattern(parsed.node, syntax);
}

function re2Of(source: string): RE2JS {
  return RE2JS.compile(printedOf(source, 're2'));
}

// Tried at each code point: V8's own search finds `\\B` between the halves of a surrogate pair (and `/^$/m`, too).
function isFound(sticky: RegExp, text: string): boolean {
  for (let at = 0; at <= text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
    sticky.lastIndex = at;
    if (sticky.test(text)) return true;
  }
  return false;
}

// Whether it is proven or not: the texts are short. Undefined where only tables of Unicode tell the sets.
function nativeOf(source: string): RegExp | undefined {
  const printed = printedOf(source, 'native');
  return printed.includes('(?i:') || printed.includes('\\x') ? undefined : new RegExp(printed, 'uy');
}

// Undefined for `(?i:…)`: Node 22 does not know it, and V8 of Node 24 answers differently now and then.
function javaScriptOf(source: string): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  // A hyphen is no syntax outside a class, so that `\-` is an escape of RE2 only.
  const text = source.slice(flags?.[0].length ?? 0).replaceAll('\\-', '\\x2d');
  return /\(\?[ims]/.test(text) ? undefined : new RegExp(text, `uy${flags?.[1] ?? ''}`);
}
