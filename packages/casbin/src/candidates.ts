import type { Column } from './column.ts';
import type { Frame } from './frame.ts';
import type { Plan, PreparedLookup } from './plan.ts';
import type { Probe, RuleIndex } from './rule-index.ts';
import type { RuleTable } from './rule-table.ts';
import { satisfies } from './safety.ts';

/** What of a plan leads to rules. */
export type Lookups = Pick<Plan, 'lookups' | 'prechecks' | 'areRolesKnown'>;

/** Tables of so few rules are walked: that takes no longer than to look something up. */
const FEW = 6;
/** More texts than that to look for, in proportion to rules, are no gain. */
const WORTHWHILE = 4;
/** From so many combinations on, one column less is tried. */
const MANY = 64;

/**
 * The numbers of the rules that a matcher can be true for, in their order.
 *
 * INVARIANT: for every other rule casbin's evaluation gives no error and is not true.
 */
export function candidatesOf(plan: Lookups, table: RuleTable, frame: Frame): number[] {
  const size = table.size;
  if (size <= FEW || !isCovered(plan, frame)) return table.numbers();
  const found: number[] = [];
  for (const lookup of plan.lookups) {
    // A guard that is not true passes over all rules but those that may throw.
    const isOpen = lookup.guards.every((guard) => guard(frame));
    if (isOpen && lookup.constraints.length === 0) return table.numbers();
    const index = table.index(lookup.columns);
    for (const number of index.always) found.push(number);
    if (isOpen && !find(lookup, index, frame, table, found)) return table.numbers();
  }
  return table.order(found);
}

function isCovered({ prechecks, areRolesKnown }: Lookups, frame: Frame): boolean {
  if (!areRolesKnown(frame)) return false;
  for (const { evaluate, demand } of prechecks) {
    try {
      if (!satisfies(evaluate(frame), demand)) return false;
    } catch {
      // The evaluation of the first rule tells, as casbin's does.
      return false;
    }
  }
  return true;
}

/** False where the request has something that cannot be looked for, or so much that looking for it is no gain. */
function find(lookup: PreparedLookup, index: RuleIndex, frame: Frame, table: RuleTable, into: number[]): boolean {
  const { constraints } = lookup;
  const probe: (readonly number[])[] = [];
  let combinations = 1;
  // What is asked first may spare what takes longer: where nothing has a text, no rule fits.
  for (const at of lookup.order) {
    const { sources } = constraints[at] as PreparedLookup['constraints'][number];
    const lengths = index.columns[at]?.lengthOf === undefined ? [] : index.lengthsOf(at);
    const ids: number[] = [];
    for (const source of sources) {
      const some = tokensOf(source, frame, lengths);
      if (some === undefined) return false;
      index.idsOf(some, ids);
    }
    if (ids.length === 0) return true;
    combinations *= ids.length;
    probe[at] = ids;
  }
  if (combinations > MANY && findByFewer(lookup, probe, combinations, table, into)) return true;
  if (combinations * WORTHWHILE > table.size && combinations > WORTHWHILE) return false;
  index.find(probe, into);
  return true;
}

/** For somebody with hundreds of roles: by the other columns alone, if that finds fewer rules than there are roles. */
function findByFewer(
  { fewer }: PreparedLookup,
  probe: Probe,
  combinations: number,
  table: RuleTable,
  into: number[],
): boolean {
  if (probe.length < 2) return false;
  const widest = probe.reduce((best, ids, at) => (ids.length > (probe[best]?.length ?? 0) ? at : best), 0);
  const narrow = table.index(fewer[widest] as readonly Column[]);
  const others = probe.toSpliced(widest, 1);
  if (narrow.count(others) >= combinations) return false;
  narrow.find(others, into);
  return true;
}

function tokensOf(
  source: PreparedLookup['constraints'][number]['sources'][number],
  frame: Frame,
  lengths: readonly number[],
): readonly string[] | undefined {
  try {
    return source(frame, lengths);
  } catch {
    return undefined;
  }
}
