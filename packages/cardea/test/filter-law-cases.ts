import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENGINE_TIMEOUT, filterRuns } from '../../../test/runs.ts';
import type { ColumnsMapping } from '../src/filter/columns/column-mapping.ts';
import type { Contract } from '../src/filter/columns/column-condition.ts';
import type { QueryPlan } from '../src/model/query-plan.ts';
import type { Json } from '../src/ast/json.ts';
import { allowedRows, lawCaseArb, lawPlan, type LawRow, Tally } from './filter-law.ts';

/** What every filter has, whatever else. */
interface LawFilter {
  readonly contract: Contract;
  readonly check: (row: Readonly<Record<string, unknown>>) => boolean;
}

/** A kind of filter that the law is tried on. */
export interface LawTarget<F extends LawFilter, M extends Pick<ColumnsMapping, 'mismatch'>> {
  readonly rows: readonly LawRow[];
  readonly mapping: M;
  /** A row as it is stored; as it is when absent. */
  readonly documentOf?: (row: LawRow) => Readonly<Record<string, unknown>>;
  readonly toResource: (row: LawRow) => Json;
  readonly filter: (plan: QueryPlan, mapping: M, contract: Contract) => F;
  /** The numbers of the rows that it selects. */
  readonly select: (filter: F) => readonly number[] | Promise<readonly number[]>;
  /** One in so many runs is made, where a filter takes long to make; each is of all rows. */
  readonly oneIn?: number;
  /** The share of cases that may be refused where mismatches decide; 0.6 when absent. */
  readonly refusedAtMost?: number;
}

/** Registers the law for both ways of treating mismatches: what is selected is what is allowed one by one. */
export function filterEqualsDecide<F extends LawFilter, M extends Pick<ColumnsMapping, 'mismatch'>>(
  targetOf: () => LawTarget<F, M>,
): void {
  for (const mismatch of ['decide', 'refuse'] as const) {
    it(
      `the rows selected are those allowed one by one; mismatches: ${mismatch}`,
      async () => {
        const { rows, mapping: given, toResource, filter, select, ...rest } = targetOf();
        const { oneIn = 1, refusedAtMost = 0.6, documentOf = asItIs } = rest;
        const mapping = { ...given, mismatch };
        const tally = new Tally();
        await fc.assert(
          fc.asyncProperty(lawCaseArb, async (law) => {
            const allowed = allowedRows(law, rows, toResource);
            const plan = lawPlan(law);
            const exact = tally.attempt(() => filter(plan, mapping, 'exact'));
            if (exact !== undefined) return tally.compare(await select(exact), allowed, rows.length);
            const superset = filter(plan, mapping, 'superset');
            expect(superset.contract).toBe('superset');
            const selected = await select(superset);
            tally.compare(
              selected.filter((n) => superset.check(documentOf(rows[n] as LawRow))),
              allowed,
              rows.length,
            );
          }),
          { numRuns: Math.ceil(filterRuns().numRuns / oneIn) },
        );
        expect(tally.telling / tally.cases).toBeGreaterThan(0.05);
        expect(tally.refused / tally.cases).toBeLessThan(mismatch === 'decide' ? refusedAtMost : 0.95);
      },
      ENGINE_TIMEOUT,
    );
  }
}

function asItIs(row: LawRow): Readonly<Record<string, unknown>> {
  return { ...row };
}
