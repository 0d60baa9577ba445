/** What an argument of an operator must be for the test to be known. */
export type OperandType = 'any' | 'ordered' | 'string' | 'list' | 'boolean' | 'pattern' | 'network' | 'type-name';

/** What is common to all targets about one operator. */
export interface OperatorFacts {
  /** The types of the arguments, in order; their number is the arity. */
  readonly args: readonly OperandType[];
  /** How the test is printed, with `$1` and `$2` for the operands. */
  readonly print: string;
  /** What it means, for the reference page. */
  readonly meaning: string;
  /** Whether the test is known although its first operand is missing. */
  readonly knownWhenMissing: boolean;
  /** Whether the operator is its own converse (`a op b` equals `b op a`). */
  readonly symmetric: boolean;
}

/** The name of an operator: a key of {@link OPERATORS}. */
export type Operator =
  | 'eq'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'in'
  | 'startsWith'
  | 'endsWith'
  | 'contains'
  | 'matches'
  | 'cidr'
  | 'truthy'
  | 'isTrue'
  | 'isType'
  | 'known'
  | 'present';

/**
 * INVARIANT: everything that varies by operator stands in this table or in a target's own
 * `Record<Operator, …>`; a target that cannot express an operator says `null` there.
 */
export const OPERATORS: Readonly<Record<Operator, OperatorFacts>> = {
  eq: facts(['any', 'any'], '$1 == $2', 'both values are equal, deeply and without conversion', { symmetric: true }),
  lt: facts(['ordered', 'ordered'], '$1 < $2', 'less: numbers by value, strings by code point'),
  le: facts(['ordered', 'ordered'], '$1 <= $2', 'less or equal: numbers by value, strings by code point'),
  gt: facts(['ordered', 'ordered'], '$1 > $2', 'greater: numbers by value, strings by code point'),
  ge: facts(['ordered', 'ordered'], '$1 >= $2', 'greater or equal: numbers by value, strings by code point'),
  in: facts(['any', 'list'], '$1 in $2', 'the value equals an element of the list'),
  startsWith: facts(['string', 'string'], '$1 startsWith $2', 'the string starts with the other; case matters'),
  endsWith: facts(['string', 'string'], '$1 endsWith $2', 'the string ends with the other; case matters'),
  contains: facts(['string', 'string'], '$1 contains $2', 'the string contains the other; case matters'),
  matches: facts(
    ['string', 'pattern'],
    '$1 matches $2',
    'the linear-time pattern is found in the string; anchors are written out',
  ),
  cidr: facts(
    ['string', 'network'],
    '$1 cidr $2',
    'the string is an IP address in the network; false for a string that is no address',
  ),
  truthy: facts(['any'], 'truthy($1)', 'neither null, false, 0, an empty string, an empty list nor an empty object'),
  isTrue: facts(['boolean'], '$1', 'the boolean value itself: the result of a function that decides'),
  isType: facts(['any', 'type-name'], '$1 is $2', 'the value has this JSON type'),
  known: facts(['any'], 'known($1)', 'true for every value; unknown when missing'),
  present: facts(['any'], 'present($1)', 'true for every value, null included; false when missing', {
    knownWhenMissing: true,
  }),
};

function facts(
  args: readonly OperandType[],
  print: string,
  meaning: string,
  flags: { readonly symmetric?: true; readonly knownWhenMissing?: true } = {},
): OperatorFacts {
  return {
    args,
    print,
    meaning,
    symmetric: flags.symmetric ?? false,
    knownWhenMissing: flags.knownWhenMissing ?? false,
  };
}
