import fc from 'fast-check';

const LITERALS = [
  'a',
  'b',
  'c',
  'k',
  'K',
  'S',
  'i',
  '1',
  '_',
  '-',
  ':',
  '/',
  ' ',
  'é',
  '😀',
  '\\n',
  '\\.',
  '\\-',
  '\\x41',
  '\\u{1F600}',
];
const SETS = [
  '.',
  '\\d',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '[ab]',
  '[^a]',
  '[a-c1]',
  '[^\\s:]',
  '[\\w-]',
  '[\\d\\D]',
  '[K-S]',
];
const PLACES = ['^', '$', '\\b', '\\B'];
const COUNTS = ['*', '+', '?', '{2}', '{0,2}', '{1,}', '{1,3}', '*?', '+?', '??', '{1,2}?'];
const OPENERS = ['(', '(?:', '(?:', '(?i:', '(?s:', '(?m:'];

const part = fc.letrec<{ atom: string; part: string; branch: string; group: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 5 },
    { arbitrary: fc.constantFrom(...LITERALS), weight: 6 },
    { arbitrary: fc.constantFrom(...SETS), weight: 3 },
    { arbitrary: tie('group'), weight: 3 },
  ),
  part: fc.oneof(
    { arbitrary: tie('atom'), weight: 5 },
    { arbitrary: fc.tuple(tie('atom'), fc.constantFrom(...COUNTS)).map(([atom, count]) => atom + count), weight: 4 },
    { arbitrary: fc.constantFrom(...PLACES), weight: 1 },
  ),
  branch: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  group: fc
    .tuple(fc.constantFrom(...OPENERS), fc.array(tie('branch'), { minLength: 1, maxLength: 3 }))
    .map(([opener, branches]) => `${opener}${branches.join('|')})`),
}));

/** A valid pattern with everything of our dialect but properties of characters. */
export const patternSource: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', '(?i)', '(?s)', '(?m)', '(?ims)'),
    fc.constantFrom('', '^', '^'),
    part.branch,
    fc.constantFrom('', '$'),
  )
  .map((parts) => parts.join(''));

const CHARS = ['a', 'a', 'b', 'c', 'k', 's', 'A', 'K', 'i', '1', '_', '-', ':', '/', ' ', '.', '\n', 'é', '😀'];
const STRANGE = [
  '\r',
  '\v',
  '\u2028',
  '\u00a0',
  '\u017f',
  '\u212a',
  '\u0130',
  '\ud83d',
  '\ude00',
  'É',
  '\u{10ffff}',
  '\0',
];

/** A text that has a chance to be found. */
export const plainText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CHARS), { maxLength: 9 })
  .map((chars) => chars.join(''));

/** Also one with characters on which dialects and engines differ. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CHARS, ...STRANGE), { maxLength: 9 })
  .map((chars) => chars.join(''));
