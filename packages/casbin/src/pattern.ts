import { Util } from '../upstream.cjs';
import { globPrefix, isPlainPath } from './glob-prefix.ts';

/** What casbin's functions do with a pattern: each throws for some, and the expression does not depend on the text. */
interface PatternFunction {
  /** Throws for a pattern for which casbin does. */
  readonly compile?: (pattern: string) => unknown;
  /** A beginning that every text has that fits. */
  readonly prefixOf?: (pattern: string) => string;
  /** What is matched of the text; undefined where its beginning does not tell. */
  readonly textOf?: (text: string) => string | undefined;
  /** Whether the beginning ends where a part between slashes does. */
  readonly isByFolder?: true;
  /** Whether it throws for what is no text. */
  readonly needsTexts?: true;
}

const FUNCTIONS: Readonly<Record<string, PatternFunction>> = {
  keyMatch: { prefixOf: (pattern) => before(pattern, '*') },
  keyMatch2: { compile: compileKeyMatch2, prefixOf: (pattern) => literalPrefix(pattern) },
  keyMatch3: { compile: (pattern) => compileBraces(pattern, '[^/]+'), prefixOf: (pattern) => literalPrefix(pattern) },
  keyMatch4: { compile: compileKeyMatch4, prefixOf: (pattern) => literalPrefix(pattern) },
  keyMatch5: {
    compile: (pattern) => compileBraces(pattern, '[^/]+'),
    prefixOf: (pattern) => literalPrefix(pattern),
    textOf: (text) => before(text, '?'),
  },
  globMatch: {
    compile: (pattern) => Util.globMatch('', pattern),
    prefixOf: globPrefix,
    textOf: (text) => (isPlainPath(text) ? text : undefined),
    isByFolder: true,
    needsTexts: true,
  },
  ipMatch: { compile: (pattern) => checkAddress(pattern) },
  regexMatch: {
    compile: (pattern) => new RegExp(pattern),
    prefixOf: (pattern) => (pattern.startsWith('^') ? literalPrefix(pattern.slice(1), NOTHING_OF_ITS_OWN) : ''),
  },
};

/** Whether a function of casbin matches a text with a pattern, its second argument, that has a beginning to look for. */
export function patternFunction(name: string): PatternFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

/** What a function throws for a pattern, or undefined. */
export function patternError(name: string, pattern: string): unknown {
  const compilePattern = patternFunction(name)?.compile;
  if (compilePattern === undefined) return undefined;
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The expression that casbin makes of a pattern of `keyMatch2`. */
export function compileKeyMatch2(pattern: string): RegExp {
  const replaced = replaceNames(pattern.replaceAll('/*', '/.*'), '/:', /(.*):[^/]+(.*)/g, '[^/]+');
  return new RegExp(`^${replaced === '*' ? '(.*)' : replaced}$`);
}

/** The expression that casbin makes of a pattern with names in braces, each of which stands for one part of a path. */
export function compileBraces(pattern: string, name: string): RegExp {
  return new RegExp(`^${replaceNames(pattern.replaceAll('/*', '/.*'), '/{', /(.*){[^/]+}(.*)/g, name)}$`);
}

function compileKeyMatch4(pattern: string): RegExp {
  const expression = compileBraces(pattern, '([^/]+)');
  const names = pattern.split('}').length - 1;
  if (names !== groupsOf(expression)) throw new Error('KeyMatch4: number of tokens is not equal to number of values');
  return expression;
}

/** How many groups an expression captures. */
export function groupsOf({ source }: RegExp): number {
  return (new RegExp(`${source}|`).exec('')?.length ?? 1) - 1;
}

// casbin replaces the last name, and again while the sign of a name is there.
function replaceNames(pattern: string, sign: string, name: RegExp, by: string): string {
  let text = pattern;
  while (text.includes(sign)) {
    const replaced = text.replace(name, `$1${by}$2`);
    if (replaced === text) throw new Error(`pattern \`${pattern}\` has \`${sign}\` without a name`);
    text = replaced;
  }
  return text;
}

const SPECIAL = /[\\^$.|?*+()[\]{}:]/;
// Behind these the character before them may be missing.
const OPTIONAL = '?*{+';
/** What stands for a name or for anything behind a slash, in paths. */
const NAMES_OF_PATHS = '*{';
const NOTHING_OF_ITS_OWN = '';

/** The characters of a pattern that every text has that fits it, from the beginning. */
function literalPrefix(pattern: string, names: string = NAMES_OF_PATHS): string {
  // An alternative begins anew.
  if (pattern.includes('|')) return '';
  const end = pattern.search(SPECIAL);
  if (end < 0) return pattern;
  const sign = pattern[end] as string;
  const isName = pattern[end - 1] === '/' && names.includes(sign);
  const isOptional = OPTIONAL.includes(sign) && !isName;
  return pattern.slice(0, isOptional ? Math.max(0, end - 1) : end);
}

/** The one text that fits a pattern, or undefined where others may fit too. */
export function onlyText(name: string, pattern: string): string | undefined {
  switch (name) {
    case 'keyMatch':
      return pattern.includes('*') ? undefined : pattern;
    case 'keyMatch2':
    case 'keyMatch3':
    case 'keyMatch4':
      return SPECIAL.test(pattern) ? undefined : pattern;
    case 'regexMatch': {
      const inner = /^\^([^]*)\$$/.exec(pattern)?.[1];
      return inner === undefined || SPECIAL.test(inner) ? undefined : inner;
    }
    default:
      return undefined;
  }
}

/** What stands before a sign; the whole where it is not there. */
export function before(text: string, sign: string): string {
  const at = text.indexOf(sign);
  return at < 0 ? text : text.slice(0, at);
}

// casbin writes what is no address to the console, where it is the second argument.
function checkAddress(pattern: string): void {
  if (pattern.split('/').length === 2) Util.ipMatchFunc('0.0.0.0', pattern);
  else Util.ipMatchFunc(pattern, '0.0.0.0/0');
}

/** Whether a text is an address for casbin's `ipMatch`, which throws for others. */
export function isAddress(text: unknown): boolean {
  return typeof text === 'string' && !text.includes('/') && patternError('ipMatch', text) === undefined;
}

/** Whether casbin's function of this name never throws, whatever texts it is given. */
export function neverThrows(name: string): boolean {
  return name === 'keyMatch' || name === 'keyGet';
}

/** casbin's own functions by name. */
export const BUILTIN: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['keyMatch', Util.keyMatchFunc],
  ['keyGet', Util.keyGetFunc],
  ['keyMatch2', Util.keyMatch2Func],
  ['keyGet2', Util.keyGet2Func],
  ['keyMatch3', Util.keyMatch3Func],
  ['keyMatch4', Util.keyMatch4Func],
  ['keyMatch5', Util.keyMatch5Func],
  ['regexMatch', Util.regexMatchFunc],
  ['ipMatch', Util.ipMatchFunc],
  ['globMatch', Util.globMatch],
]);
