import type { Cell, ColumnsTarget } from './columns-target.ts';

/** What a kind of query without unknowns makes of tests of columns: `Q` is true or false of every row. */
export interface TwoValued<Q>
  extends Pick<
      ColumnsTarget<Q>,
      'name' | 'isNull' | 'equals' | 'among' | 'compares' | 'startsWith' | 'endsWith' | 'contains' | 'isNotEmpty'
    >,
    Pick<ColumnsTarget<Q>, 'equalCells' | 'comparedCells' | 'isUnstorable'>,
    Partial<Pick<ColumnsTarget<Q>, 'refuses'>> {
  readonly always: Q;
  readonly never: Q;
  /** Of at least two. */
  readonly all: (parts: readonly Q[]) => Q;
  readonly any: (parts: readonly Q[]) => Q;
  readonly none: (of: Q) => Q;
  readonly isNotNull: (cell: Cell) => Q;
  /** Whether a test, which is known of all items, is true of some item of a list; undefined where that is not expressed. */
  readonly some?: (list: Cell, test: Q) => Q | undefined;
  /** Whether there is a value, or a stored null: where a column need not be there. */
  readonly isStored?: (cell: Cell) => Q;
}

/** A condition as two queries: where it is true, and where it is false. It is unknown where neither is. */
export interface Pair<Q> {
  readonly holds: Q;
  readonly fails: Q;
}

/**
 * The three truths for a kind of query that has two: each condition becomes the query for where it is true and that for
 * where it is false, so that negation takes the other one, and nothing unknown is ever negated.
 */
export function twoValuedTarget<Q>(queries: TwoValued<Q>): ColumnsTarget<Pair<Q>> {
  const { always, never, isStored } = queries;
  const all = (parts: readonly Q[]): Q => folded(parts, always, never, queries.all);
  const any = (parts: readonly Q[]): Q => folded(parts, never, always, queries.any);
  const none = (of: Q): Q => (of === always ? never : of === never ? always : queries.none(of));
  const known = (cell: Cell): Q => (cell.nulls === 'never' ? always : queries.isNotNull(cell));
  const test =
    <A extends readonly unknown[]>(query: (cell: Cell, ...more: A) => Q) =>
    (cell: Cell, ...more: A): Pair<Q> => {
      const holds = query(cell, ...more);
      return { holds, fails: all([known(cell), none(holds)]) };
    };
  const ofTwo = (left: Cell, right: Cell, holds: Q): Pair<Q> => ({
    holds,
    fails: all([known(left), known(right), none(holds)]),
  });
  const { equalCells, comparedCells, refuses } = queries;
  const yes: Pair<Q> = { holds: always, fails: never };
  const no: Pair<Q> = { holds: never, fails: always };
  return {
    name: queries.name,
    truth: (truth) => (truth ? yes : no),
    unknown: { holds: never, fails: never },
    junction: (kind, parts) => {
      const [holds, fails] = [parts.map((part) => part.holds), parts.map((part) => part.fails)];
      return kind === 'and' ? { holds: all(holds), fails: any(fails) } : { holds: any(holds), fails: all(fails) };
    },
    not: ({ holds, fails }) => ({ holds: fails, fails: holds }),
    sure: ({ holds }) => ({ holds, fails: none(holds) }),
    isNull: (cell) => ({ holds: queries.isNull(cell), fails: queries.isNotNull(cell) }),
    byNull: (cell, whereNull, otherwise) => {
      const [isNull, isNotNull] = [queries.isNull(cell), queries.isNotNull(cell)];
      return {
        holds: any([all([isNull, whereNull.holds]), all([isNotNull, otherwise.holds])]),
        fails: any([all([isNull, whereNull.fails]), all([isNotNull, otherwise.fails])]),
      };
    },
    equals: test(queries.equals),
    among: test(queries.among),
    compares: test(queries.compares),
    startsWith: test(queries.startsWith),
    endsWith: test(queries.endsWith),
    contains: test(queries.contains),
    isNotEmpty: test(queries.isNotEmpty),
    equalCells: equalCells && ((left, right) => ofTwo(left, right, equalCells(left, right))),
    comparedCells: comparedCells && ((left, op, right) => ofTwo(left, right, comparedCells(left, op, right))),
    some: (list, test, truths) => {
      const holds = truths === 'definite' ? queries.some?.(list, test.holds) : undefined;
      return holds && { holds, fails: all([known(list), none(holds)]) };
    },
    isUnstorable: queries.isUnstorable,
    folds: false,
    ...(refuses && { refuses }),
    ...(isStored && {
      whereStored: (cell, { holds, fails }) => ({
        holds: all([isStored(cell), holds]),
        fails: all([isStored(cell), fails]),
      }),
    }),
  };
}

function folded<Q>(parts: readonly Q[], neutral: Q, absorbing: Q, join: (parts: readonly Q[]) => Q): Q {
  const open = parts.filter((part) => part !== neutral);
  const [only] = open;
  if (open.includes(absorbing)) return absorbing;
  if (only === undefined) return neutral;
  return open.length === 1 ? only : join(open);
}
