import { expect, it } from 'vitest';
import { BENCHES } from '../bench/catalog.ts';
import { rowOf } from '../bench/row.ts';

const N = 200;
/** Of these, policies of a nested domain; rows of which both kinds of service fill a page. */
const OTHER_SIZES: Readonly<Record<string, number>> = { W6: 5, W10: 50_000 };
const MEMBERS = Object.keys(rowOf({ workload: '', variant: '', n: 0, subject: '' }));

it.each(BENCHES.map((bench) => [bench.id, bench] as const))(
  '%s gives rows of the promised form, and its decisions are those of the reference',
  async (id, { run }) => {
    const rows = await run(OTHER_SIZES[id] ?? N, { peers: false, budgetMs: 5, progress: () => {} });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(Object.keys(row).toSorted()).toEqual(MEMBERS.toSorted());
      expect(row).toMatchObject({
        workload: id,
        subject: subjectOf(id),
        agreed: true,
        p50Ns: expect.any(Number) as number,
      });
    }
  },
);

function subjectOf(id: string): string {
  return id.startsWith('C') ? '@cardea/casbin' : 'cardea';
}
