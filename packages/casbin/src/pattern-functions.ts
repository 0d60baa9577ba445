import { Util } from '../upstream.cjs';
import { isBoundedGlob } from './glob-prefix.ts';
import { type JavaScriptPattern, searched } from './linear-pattern.ts';
import { nameOf } from './name.ts';
import { before, compileBraces, compileKeyMatch2, groupsOf } from './pattern.ts';
import type { Callable } from './scope.ts';

/** Expressions that are remembered at most: all are forgotten when there are more. */
const REMEMBERED = 50_000;

/** An expression as casbin makes it, and what searches for it. */
interface Compiled extends JavaScriptPattern {
  readonly expression: RegExp;
}

type Compile = (pattern: string) => Compiled;

// One memory for all enforcers.
const compileColons = remembering(compileKeyMatch2);
const compileNames = remembering((pattern) => compileBraces(pattern, '[^/]+'));
const compileCaptures = remembering((pattern) => compileBraces(pattern, '([^/]+)'));
const compileExpression = remembering((pattern) => new RegExp(pattern));

/** Throws for a pattern that takes more than linear time, if that is refused. */
type Check = (isLinear: boolean, pattern: string) => void;

/**
 * casbin's functions with regular expressions that are made once and take linear time, by name.
 *
 * They answer as casbin's do, but for a pattern with `/:` or `/{` and no name behind it, on which casbin never ends:
 * that is an error. What only an engine that backtracks can search for is left to it.
 */
export const REMEMBERING: Readonly<Record<string, Callable>> = functionsOf(() => undefined);

/** The same, but that a pattern which needs an engine that backtracks is an error. */
export const LINEAR_ONLY: Readonly<Record<string, Callable>> = functionsOf((isLinear, pattern) => {
  if (!isLinear) throw new Error(`pattern \`${pattern}\` needs an engine that backtracks`);
});

function functionsOf(check: Check): Readonly<Record<string, Callable>> {
  const keyMatch2 = matching(compileColons, check);
  return {
    keyMatch2,
    keyGet2: (text, pattern, name) =>
      keyMatch2(text, pattern) ? partNamed(nameOf(text), nameOf(pattern), nameOf(name)) : '',
    keyMatch3: matching(compileNames, check),
    keyMatch4: (text, pattern) => keyMatch4(nameOf(text), nameOf(pattern), check),
    keyMatch5: matching(compileNames, check, (text) => before(text, '?')),
    regexMatch: matching(compileExpression, check),
    globMatch: (text, pattern) => {
      check(typeof pattern !== 'string' || isBoundedGlob(pattern), pattern as string);
      return Util.globMatch(text as string, pattern as string);
    },
  };
}

function remembering(compilePattern: (pattern: string) => RegExp): Compile {
  const known = new Map<string, Compiled>();
  return (pattern) => {
    const found = known.get(pattern);
    if (found !== undefined) return found;
    const expression = compilePattern(pattern);
    const made = { expression, ...searched(expression) };
    if (known.size >= REMEMBERED) known.clear();
    known.set(pattern, made);
    return made;
  };
}

function matching(compile: Compile, check: Check, textOf: (text: string) => string = (text) => text): Callable {
  return (text, pattern) => {
    const source = nameOf(pattern);
    const { engine, test } = compile(source);
    check(engine !== 'backtracking', source);
    return test(textOf(nameOf(text)));
  };
}

// As casbin does it: where one name stands twice, all names must stand for the same.
function keyMatch4(text: string, pattern: string, check: Check): boolean {
  const { expression, engine, test } = compileCaptures(pattern);
  const names = namesIn(pattern.replaceAll('/*', '/.*'));
  const isRepeated = new Set(names).size < names.length;
  // What stands for a name is told by JavaScript's own engine alone.
  check(engine === 'native' || (engine === 'linear' && !isRepeated), pattern);
  if (!test(text)) return false;
  if (names.length !== groupsOf(expression)) {
    throw new Error('KeyMatch4: number of tokens is not equal to number of values');
  }
  if (!isRepeated) return true;
  const [first, ...others] = expression.exec(text)?.slice(1) ?? [];
  return others.every((other) => other === first);
}

function namesIn(pattern: string): readonly string[] {
  const names: string[] = [];
  let start = -1;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '{') start = at;
    else if (pattern[at] === '}') names.push(pattern.substring(start, at + 1));
  }
  return names;
}

function partNamed(text: string, pattern: string, name: string): string | undefined {
  const [names, values] = [pattern, text].map((path) => path.match(/[^/]+/g));
  const at = names?.indexOf(`:${name}`) ?? -1;
  return !values || at < 0 ? '' : values[at];
}
