/**
 * Numbers on grids of cells that are powers of two wide, so that being in a range is having one of at most two
 * cells. A cell is a text: the token of the slot `range` of that level.
 *
 * INVARIANT range-is-in-its-cells: a number from `low` to `high` has one of the cells of the range. Dividing by a
 * power of two and rounding down never change the order of two numbers, so that its cell is none before that of
 * `low` and none after that of `high`; and of these there are two at most.
 */
export interface RangeCells {
  /** Cells are 2 to this power wide. */
  readonly level: number;
  readonly cells: readonly string[];
}

// Every level in use is one more look-up an inquiry. So there are few, and a cell is up to four times too wide.
const LEVEL_STEP = 2;
const FINEST = -16;

/**
 * The cells that a range of numbers is covered by, both ends included; none where it is empty.
 *
 * @param low a finite number
 * @param high a finite number
 */
export function cellsOf(low: number, high: number): RangeCells {
  if (low > high) return { level: FINEST, cells: [] };
  let level = Math.max(FINEST, Math.ceil(Math.log2(Math.min(high - low, Number.MAX_VALUE)) / LEVEL_STEP) * LEVEL_STEP);
  // The difference is rounded, and so may the width be.
  while (cellAt(high, level) - cellAt(low, level) > 1) level += LEVEL_STEP;
  const [first, last] = [cellOf(low, level), cellOf(high, level)];
  return { level, cells: first === last ? [first] : [first, last] };
}

/** The cell that a number lies in. */
export function cellOf(value: number, level: number): string {
  return String(cellAt(value, level));
}

function cellAt(value: number, level: number): number {
  return Math.floor(value / 2 ** level);
}
