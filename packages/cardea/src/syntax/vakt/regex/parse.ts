import { type CharClass, charSet, single } from './char-set.ts';
import { readClassSet } from './parse-class.ts';
import { escapeValue, readEscape } from './parse-escape.ts';
import { openGroup } from './parse-group.ts';
import { ASCII, DOT_ALL, foldFor, MULTILINE, RegexSource, VERBOSE, VerboseRequest } from './source.ts';
import { type RegexNode, RegexSyntaxError, RegexUnsupportedError } from './tree.ts';
import { fixedWidth } from './width.ts';

/** An expression and the flags that hold for all of it, those that it sets itself included. */
export interface ParsedRegex {
  readonly node: RegexNode;
  readonly flags: number;
}

/**
 * Reads a regular expression in the dialect of Python 3.11's `re`, for strings.
 *
 * @param flags Python's flag bits: 2 ignore case, 8 multi-line, 16 dot matches all, 64 verbose, 256 ASCII
 * @throws RegexSyntaxError where Python raises `re.error`
 * @throws RegexUnsupportedError for what Python accepts and cannot be matched in linear time
 */
export function parseRegex(pattern: string, flags = 0): ParsedRegex {
  if ((flags & 4) !== 0) throw new RegexSyntaxError('the flag LOCALE is for bytes only');
  if ((flags & ASCII) !== 0 && (flags & 32) !== 0)
    throw new RegexSyntaxError('the flags ASCII and UNICODE exclude each other');
  try {
    return parseWhole(new RegexSource(pattern, flags));
  } catch (error) {
    // `(?x)` changes how what follows is split, so the expression is read once more from its start.
    if (error instanceof VerboseRequest) return parseWhole(new RegexSource(pattern, flags | VERBOSE));
    throw error;
  }
}

function parseWhole(source: RegexSource): ParsedRegex {
  const node = parseChoice(source, 0);
  if (!source.done) throw source.error('unbalanced parenthesis');
  // The bit UNICODE says nothing about a pattern for strings.
  return { node, flags: source.flags & ~32 };
}

// Deeper nesting would exhaust the stack of the recursive reader.
const MAX_DEPTH = 100;

function parseChoice(source: RegexSource, depth: number): RegexNode {
  if (depth > MAX_DEPTH) throw new RegexUnsupportedError(`groups nest deeper than ${MAX_DEPTH} levels`);
  const branches: RegexNode[] = [];
  do branches.push(parseSequence(source, depth, depth === 0 && branches.length === 0));
  while (source.take('|'));
  return branches.length === 1 ? (branches[0] as RegexNode) : { kind: 'choice', of: branches };
}

interface Item {
  readonly node: RegexNode;
  /** What a following quantifier is told: positions cannot be repeated, repetitions not again. */
  readonly repeatable: 'yes' | 'position' | 'repeated';
}

function parseSequence(source: RegexSource, depth: number, first: boolean): RegexNode {
  const items: Item[] = [];
  while (!source.done && source.peek() !== '|' && source.peek() !== ')') {
    if (source.skipVerbose()) continue;
    const quantifier = readQuantifier(source);
    if (quantifier !== undefined) {
      items.push(repeated(source, items.pop(), quantifier));
      continue;
    }
    const item = parseItem(source, depth, first && items.length === 0);
    if (item !== undefined) items.push(item);
  }
  return items.length === 1 ? (items[0] as Item).node : { kind: 'sequence', of: items.map(({ node }) => node) };
}

function parseItem(source: RegexSource, depth: number, atStart: boolean): Item | undefined {
  const { flags } = source;
  const char = source.next();
  if (char === '.')
    return of({
      kind: 'set',
      set: (flags & DOT_ALL) !== 0 ? charSet([], { negative: true }) : charSet([10, 10], { negative: true }),
    });
  if (char === '^') return position((flags & MULTILINE) !== 0 ? 'lineStart' : 'start');
  if (char === '$') return position((flags & MULTILINE) !== 0 ? 'lineEnd' : 'beforeFinalNewline');
  if (char === '[') return of({ kind: 'set', set: readClassSet(source) });
  if (char === '\\') return parseEscape(source);
  if (char === '(') return parseGroup(source, depth, atStart);
  return of({ kind: 'set', set: single(char.codePointAt(0) as number, foldFor(flags)) });
}

function parseEscape(source: RegexSource): Item {
  const escape = readEscape(source);
  if (escape.kind === 'position') return { node: escape, repeatable: 'position' };
  if (escape.kind === 'class')
    return of({
      kind: 'set',
      set: charSet([], { classes: [escape.class satisfies CharClass], fold: foldFor(source.flags) }),
    });
  if (escape.kind === 'backreference')
    return of({ kind: 'backreference', index: source.reference(escape.index), fold: foldFor(source.flags) });
  return of({ kind: 'set', set: single(escapeValue(escape), foldFor(source.flags)) });
}

function parseGroup(source: RegexSource, depth: number, atStart: boolean): Item | undefined {
  const group = openGroup(source, atStart);
  if (group.kind === 'nothing') return undefined;
  if (group.kind === 'node') return of(group.node);
  const outer = source.flags;
  source.flags = group.flags;
  const inner = parseChoice(source, depth + 1);
  source.flags = outer;
  if (!source.take(')')) throw source.error('missing ), unterminated subpattern');
  return of(group.close(inner));
}

interface Quantifier {
  readonly min: number;
  readonly max: number;
  readonly possessive: boolean;
}

const MAX_REPEAT = 4294967295;

function readQuantifier(source: RegexSource): Quantifier | undefined {
  const bounds = readBounds(source);
  if (bounds === undefined) return undefined;
  const possessive = !source.take('?') && source.take('+');
  return { ...bounds, possessive };
}

function readBounds(source: RegexSource): { readonly min: number; readonly max: number } | undefined {
  if (source.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (source.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
  if (source.take('?')) return { min: 0, max: 1 };
  // `{` that opens no bounds is a literal, `{}` too.
  const braces = source.takeMatch(/^\{(?:(\d+)(,?)(\d*)|(,)(\d*))\}/);
  if (braces === undefined) return undefined;
  const [, low = '', comma = '', high = '', , open = ''] = braces;
  const min = Number(low);
  const last = low === '' ? open : high;
  const max = low !== '' && comma === '' ? min : last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (min >= MAX_REPEAT || (max >= MAX_REPEAT && Number.isFinite(max)))
    throw source.error('the repetition number is too large');
  if (max < min) throw source.error('min repeat greater than max repeat');
  return { min, max };
}

function repeated(source: RegexSource, item: Item | undefined, { min, max, possessive }: Quantifier): Item {
  if (item === undefined || item.repeatable === 'position') throw source.error('nothing to repeat');
  if (item.repeatable === 'repeated') throw source.error('multiple repeat');
  const repeat: RegexNode = { kind: 'repeat', of: item.node, min, max };
  return { node: possessive ? possessively(item.node, min, max) : repeat, repeatable: 'repeated' };
}

/** A possessive repetition never gives back: it stops where no more of it follows, or at its maximum. */
function possessively(node: RegexNode, min: number, max: number): RegexNode {
  // Of a fixed width, so that all ways of matching it end at the same place.
  const width = fixedWidth(node);
  if (width === undefined) throw new RegexUnsupportedError('a possessive quantifier on something of varying width');
  if (width === 0) return { kind: 'repeat', of: node, min, max };
  const stop: RegexNode = { kind: 'look', of: node, behind: false, negative: true };
  const stopped: RegexNode = { kind: 'sequence', of: [{ kind: 'repeat', of: node, min, max }, stop] };
  return Number.isFinite(max)
    ? { kind: 'choice', of: [{ kind: 'repeat', of: node, min: max, max }, stopped] }
    : stopped;
}

function of(node: RegexNode): Item {
  return { node, repeatable: 'yes' };
}

function position(at: Extract<RegexNode, { kind: 'position' }>['at']): Item {
  return { node: { kind: 'position', at }, repeatable: 'position' };
}
