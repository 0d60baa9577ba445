import type { Json } from '../ast/json.ts';
import { compareCodePoints } from '../ast/json.ts';
import { networkContains, parseNetwork } from '../ast/network.ts';
import type { Operator } from '../ast/operators.ts';
import { holdsFor, type Literal, negated, typeOfLiteral, valuesOf } from './literal.ts';
import { linePrefix, patternReach } from './pattern-reach.ts';

/**
 * Whether literals about one operand that all hold make another one hold. Sound, not complete: false
 * means that nothing was proven.
 */
export function literalsImply(known: readonly Literal[], goal: Literal): boolean {
  if (known.some((literal) => implies(literal, goal))) return true;
  const values = possibleValues(known);
  if (values?.every((value) => holdsFor(goal, value))) return true;
  const excluded = valuesOf({ ...goal, holds: true });
  if (goal.holds || goal.op === 'isTrue' || excluded === undefined) return false;
  const present = known.filter(isOfPresent);
  return present.length > 0 && excluded.every((value) => present.some((literal) => !holdsFor(literal, value)));
}

/** Whether a literal cannot hold beside others about its operand that do. */
export function literalsExclude(known: readonly Literal[], literal: Literal): boolean {
  if (literal.op === 'known' && !literal.holds) return true;
  if (
    literal.op === 'matches' &&
    literal.holds &&
    !literal.mirrored &&
    patternReach(literal.bound as string) === 'none'
  )
    return true;
  const all = [...known, literal];
  return known.some((other) => conflict(other, literal)) || possibleValues(all)?.length === 0;
}

function possibleValues(known: readonly Literal[]): readonly Json[] | undefined {
  const values = known
    .map(valuesOf)
    .filter((found) => found !== undefined)
    .toSorted((a, b) => a.length - b.length)[0];
  return values?.filter((value) => known.every((literal) => holdsFor(literal, value)));
}

// Every literal but `not present` is known only where the operand has a value.
function isOfPresent({ op, holds }: Literal): boolean {
  return op !== 'present' || holds;
}

function conflict(one: Literal, other: Literal): boolean {
  const [left, right] = [typeOfLiteral(one), typeOfLiteral(other)];
  if (left !== undefined && right !== undefined && left !== right) return true;
  return implies(one, negated(other)) || implies(other, negated(one));
}

function implies(given: Literal, goal: Literal): boolean {
  if (given.text === goal.text) return true;
  if (!isOfPresent(given)) return false;
  if (goal.op === 'known' || goal.op === 'present') return goal.holds;
  const type = typeOfLiteral(given);
  if (goal.op === 'isType' && type !== undefined) return (type === goal.bound) === goal.holds;
  if (goal.mirrored || given.mirrored) return false;
  if (isRange(given) && isRange(goal)) return rangeImplies(given, goal);
  if (typeof goal.bound !== 'string') return false;
  if (type === 'string' && goal.holds && isUnbounded(goal.op, goal.bound)) return true;
  return typeof given.bound === 'string' && textImplies(given, given.bound, goal, goal.bound);
}

// Every string starts and ends with the empty one and contains it.
function isUnbounded(op: Operator, bound: string): boolean {
  if (op === 'matches') return patternReach(bound) === 'every-text';
  return bound === '' && (op === 'startsWith' || op === 'endsWith' || op === 'contains');
}

function isRange({ op }: Literal): boolean {
  return op === 'lt' || op === 'le' || op === 'gt' || op === 'ge';
}

function rangeImplies(given: Literal, goal: Literal): boolean {
  const isLower = given.op === 'gt' || given.op === 'ge';
  if (isLower !== (goal.op === 'gt' || goal.op === 'ge')) return false;
  const order = compare(given.bound, goal.bound);
  if (order === undefined) return false;
  const inside = isLower ? order : -order;
  const isStrict = (goal.op === 'gt' || goal.op === 'lt') && (given.op === 'ge' || given.op === 'le');
  return isStrict ? inside > 0 : inside >= 0;
}

function compare(left: Json | undefined, right: Json | undefined): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return typeof left === 'string' && typeof right === 'string' ? compareCodePoints(left, right) : undefined;
}

// Both are known for every string, so that false implies false where true implies true the other way.
function textImplies(given: Literal, own: string, goal: Literal, wanted: string): boolean {
  if (given.holds && goal.holds) return isWithin(given.op, own, goal.op, wanted);
  if (!given.holds && !goal.holds) return isWithin(goal.op, wanted, given.op, own);
  return given.holds && !goal.holds && areApart(given.op, own, goal.op, wanted);
}

function isWithin(op: Operator, own: string, goal: Operator, wanted: string): boolean {
  if (op === 'cidr') return goal === 'cidr' && isSubnet(own, wanted);
  if (op === 'matches') return goal === 'matches' && isLineWithin(own, wanted);
  if (op !== 'startsWith' && op !== 'endsWith' && op !== 'contains') return false;
  if (goal === 'contains') return own.includes(wanted);
  if (goal !== op) return false;
  return op === 'startsWith' ? own.startsWith(wanted) : own.endsWith(wanted);
}

// `^maxi.*$` in `^max.*$`: what the longer one begins with must have no line feed for the shorter one's `.*`.
function isLineWithin(own: string, wanted: string): boolean {
  const [longer, shorter] = [linePrefix(own), linePrefix(wanted)];
  return (
    longer !== undefined &&
    shorter !== undefined &&
    longer.startsWith(shorter) &&
    !longer.slice(shorter.length).includes('\n')
  );
}

function areApart(op: Operator, own: string, goal: Operator, wanted: string): boolean {
  if (op !== goal) return false;
  if (op === 'cidr')
    return (
      parseNetwork(own) !== undefined &&
      parseNetwork(wanted) !== undefined &&
      !isSubnet(own, wanted) &&
      !isSubnet(wanted, own)
    );
  if (op === 'startsWith') return !own.startsWith(wanted) && !wanted.startsWith(own);
  return op === 'endsWith' && !own.endsWith(wanted) && !wanted.endsWith(own);
}

function isSubnet(inner: string, outer: string): boolean {
  const [one, other] = [parseNetwork(inner), parseNetwork(outer)];
  return one !== undefined && other !== undefined && one.prefix >= other.prefix && networkContains(other, one);
}
