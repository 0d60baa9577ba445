/** What an argument of an operator must be for the test to be known. */
export type OperandType = 'any' | 'ordered' | 'string' | 'list' | 'boolean' | 'pattern' | 'network' | 'type-name';

/** What is common to all targets about one operator. */
export interface OperatorFacts {
  /** The types of the arguments, in order; their number is the arity. */
  readonly args: readonly OperandType[];
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
  eq: facts(['any', 'any'], 'both values are equal, deeply and without conversion', { symmetric: true }),
  lt: facts(['ordered', 'ordered'], 'less: numbers by value, strings by code point'),
  le: facts(['ordered', 'ordered'], 'less or equal: numbers by value, strings by code point'),
  gt: facts(['ordered', 'ordered'], 'greater: numbers by value, strings by code point'),
  ge: facts(['ordered', 'ordered'], 'greater or equal: numbers by value, strings by code point'),
  in: facts(['any', 'list'], 'the value equals an element of the list'),
  startsWith: facts(['string', 'string'], 'the string starts with the other; case matters'),
  endsWith: facts(['string', 'string'], 'the string ends with the other; case matters'),
  contains: facts(['string', 'string'], 'the string contains the other; case matters'),
  matches: facts(['string', 'pattern'], 'the linear-time pattern is found in the string; anchors are written out'),
  cidr: facts(
    ['string', 'network'],
    'the string is an IP address in the network; false for a string that is no address',
  ),
  truthy: facts(['any'], 'neither null, false, 0, an empty string, an empty list nor an empty object'),
  isTrue: facts(['boolean'], 'the boolean value itself: the result of a function that decides'),
  isType: facts(['any', 'type-name'], 'the value has this JSON type'),
  known: facts(['any'], 'true for every value; unknown when missing'),
  present: facts(['any'], 'true for every value, null included; false when missing', {
    knownWhenMissing: true,
  }),
};

function facts(
  args: readonly OperandType[],
  meaning: string,
  flags: { readonly symmetric?: true; readonly knownWhenMissing?: true } = {},
): OperatorFacts {
  return {
    args,
    meaning,
    symmetric: flags.symmetric ?? false,
    knownWhenMissing: flags.knownWhenMissing ?? false,
  };
}
