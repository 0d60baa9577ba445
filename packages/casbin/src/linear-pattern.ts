import { compilePattern, type PatternMatcher } from 'cardea/engine';

/** What JavaScript's `\s` stands for. */
const SPACES =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const NO_LINE_END = '[^\n\r\u2028\u2029]';
/** V8 keeps a record for each character that a loop has matched: as Cardea's patterns do. */
const LONGEST_NATIVE_TEXT = 100_000;

/** A regular expression of JavaScript without flags, and by what it is searched for. */
export interface JavaScriptPattern {
  /** `native`: JavaScript's own engine takes linear time for it. `linear`: another one does. */
  readonly engine: 'native' | 'linear' | 'backtracking';
  readonly test: (text: string) => boolean;
}

/**
 * An expression that fits what it fits in JavaScript, and does not backtrack: natively where that is proven, else by
 * Cardea's engine. Where the expression has what no such engine has (back references, look-around), it is JavaScript's.
 */
export function searched(expression: RegExp): JavaScriptPattern {
  const pattern = toPattern(expression.source);
  const matcher = pattern === undefined ? undefined : compiled(pattern);
  if (matcher === undefined) return { engine: 'backtracking', test: (text) => expression.test(text) };
  const isNative = matcher.engine === 'native';
  return {
    engine: isNative ? 'native' : 'linear',
    test: (text) =>
      isNative && text.length <= LONGEST_NATIVE_TEXT ? expression.test(text) : matcher.test(withoutPairs(text)),
  };
}

function compiled(pattern: string): PatternMatcher | undefined {
  try {
    return compilePattern(pattern);
  } catch {
    // More than Cardea's patterns have: JavaScript's own expression is valid.
    return undefined;
  }
}

// JavaScript sees two characters where a pair stands. No pattern that is translated tells them from this one.
function withoutPairs(text: string): string {
  return text.replace(/[\ud800-\udfff]/g, '\ue000');
}

/**
 * A valid expression in the words of Cardea's patterns, where these have no other meaning for it, or undefined.
 *
 * @example
 * ```ts
 * toPattern('^a.{2}}'); // '^a[^\n\r\u2028\u2029]{2}\\}'
 * toPattern('(a)\\1'); // undefined
 * ```
 */
export function toPattern(source: string): string | undefined {
  // Above are halves of pairs, and what stands for them.
  if (/[\ud800-\uffff]/.test(source)) return undefined;
  let pattern = '';
  let isClass = false;
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at, isClass);
    const translated = isClass ? inClass(token) : outside(token);
    if (translated === undefined) return undefined;
    if (token === ']') isClass = false;
    else if (token === '[') isClass = true;
    pattern += translated;
    at += token.length;
  }
  return pattern;
}

const ESCAPE = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^])/y;
const GROUP = /\((?:\?(?::|<[A-Za-z_]\w*>|))?/y;
const BOUNDS = /\{\d+(?:,\d*)?\}/y;

function tokenAt(source: string, at: number, isClass: boolean): string {
  const char = source[at] as string;
  const token = char === '\\' ? ESCAPE : isClass ? undefined : char === '(' ? GROUP : char === '{' ? BOUNDS : undefined;
  if (token === undefined) return char;
  token.lastIndex = at;
  return token.exec(source)?.[0] ?? char;
}

function outside(token: string): string | undefined {
  switch (token) {
    case '.':
      return NO_LINE_END;
    case '\\s':
      return `[${SPACES}]`;
    case '\\S':
      return `[^${SPACES}]`;
    // Alone they are themselves in JavaScript.
    case '{':
    case '}':
    case ']':
      return `\\${token}`;
    case '(?':
      return undefined;
    case '\\b':
    case '\\B':
      return token;
    default:
      return isEscape(token) ? escaped(token) : token;
  }
}

function inClass(token: string): string | undefined {
  if (token === '\\s') return SPACES;
  return isEscape(token) ? escaped(token) : token;
}

function isEscape(token: string): boolean {
  return token.startsWith('\\');
}

// Letters and digits that mean nothing, octal numbers and references are left to JavaScript.
function escaped(token: string): string | undefined {
  if (/^\\u[dDeEfF]/.test(token)) return undefined;
  return /^\\(?:[dDwWtnvfr]|x..|u....|[ -/:-@[-`{-~])$/.test(token) ? token : undefined;
}
