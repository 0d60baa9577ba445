import type { Condition, TestCondition } from '../ast/condition.ts';
import { type AttributeSlots, attributeSlots, type NamedSlot } from './attribute-slots.ts';
import { cellsOf } from './range-grid.ts';

/** A slot and the cells of which it has one wherever none of the bounds is broken. */
export interface NeededRange {
  readonly slot: NamedSlot;
  readonly cells: readonly string[];
}

interface Bounds {
  readonly slots: AttributeSlots;
  low: number;
  high: number;
}

const NONE: readonly NeededRange[] = [];

/**
 * The ranges that conditions shut attributes into together, where all of them hold, or none when they are negated.
 * Only numbers have cells: bounds that are texts hold for no number, and one bound alone leaves too much.
 */
export function rangesOf(conditions: readonly Condition[], negated: boolean): readonly NeededRange[] {
  let all: Bounds[] | undefined;
  for (const condition of conditions) if (condition.kind === 'test') all = withBound(all, condition, negated);
  if (all === undefined) return NONE;
  const ranges: NeededRange[] = [];
  for (const { slots, low, high } of all) {
    if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
    const { level, cells } = cellsOf(low, high);
    ranges.push({ slot: slots.range(level), cells });
  }
  return ranges;
}

function withBound(all: Bounds[] | undefined, { op, args }: TestCondition, negated: boolean): Bounds[] | undefined {
  if (op !== 'lt' && op !== 'le' && op !== 'gt' && op !== 'ge') return all;
  const isReversed = args[0]?.kind === 'value';
  const what = args[isReversed ? 1 : 0];
  const constant = args[isReversed ? 0 : 1];
  if (what === undefined || constant?.kind !== 'value' || typeof constant.value !== 'number') return all;
  const slots = attributeSlots(what);
  if (slots === undefined) return all;
  const known = all ?? [];
  let bounds = known.find((other) => other.slots === slots);
  if (bounds === undefined) {
    bounds = { slots, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    known.push(bounds);
  }
  const isUpper = ((op === 'lt' || op === 'le') !== isReversed) !== negated;
  if (isUpper) bounds.high = Math.min(bounds.high, constant.value);
  else bounds.low = Math.max(bounds.low, constant.value);
  return known;
}
