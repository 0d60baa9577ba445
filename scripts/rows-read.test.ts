import { describe, expect, it } from 'vitest';
import { inquiriesOf, policiesOf, type Workload } from '../bench/workload.ts';
import { patterns } from '../bench/workloads/w2.ts';
import { rules } from '../bench/workloads/w3.ts';
import { sparse } from '../bench/workloads/w4.ts';
import { policyKeyer } from '../packages/cardea/src/keying/keyer.ts';
import { SQL_DATABASES } from '../packages/cardea/test/sql-databases.ts';

const POLICIES = 100_000;
/** In databases, where it takes minutes to store them all. */
const STORED = Number(process.env['CARDEA_STORED_POLICIES'] ?? 2_000);
const INQUIRIES = 500;
const MOST_ROWS = 100;
/** So that no inquiry has to read everything because it has too many keys; the limit is 1,024. */
const MOST_KEYS = 512;
const WORKLOADS = [patterns, rules, sparse].map(
  (workload) => [`${workload.id} ${workload.variant}`, workload] as const,
);

/** The most keys that an inquiry asks for, and the most rows that it finds, by the keys alone. */
function mostFound(workload: Workload): { readonly keys: number; readonly rows: number } {
  const keyer = policyKeyer();
  const rows = new Map<string, number[]>();
  const shapes = new Set<string>();
  let at = 0;
  for (const policy of policiesOf(workload, POLICIES)) {
    const made = keyer.keysOf(policy);
    for (const key of made.keys) {
      const own = rows.get(key);
      if (own === undefined) rows.set(key, [at]);
      else own.push(at);
    }
    for (const shape of made.shapes) shapes.add(shape);
    at += 1;
  }
  const asked = keyer.inquiryKeys(shapes);
  const most = { keys: 0, rows: 0 };
  for (const inquiry of inquiriesOf(workload, POLICIES, 1, INQUIRIES)) {
    const keys = asked.keysOf(inquiry);
    if (keys === 'everything') return { keys: Number.POSITIVE_INFINITY, rows: POLICIES };
    most.keys = Math.max(most.keys, keys.length);
    most.rows = Math.max(most.rows, new Set(keys.flatMap((key) => rows.get(key) ?? [])).size);
  }
  return most;
}

describe(`of ${POLICIES} policies`, () => {
  it.each(WORKLOADS)('an inquiry of %s finds a hundred at most', { timeout: 300_000 }, (_name, workload) => {
    const { keys, rows } = mostFound(workload);
    expect(rows).toBeLessThanOrEqual(MOST_ROWS);
    expect(keys).toBeLessThanOrEqual(MOST_KEYS);
  });
});

for (const database of SQL_DATABASES) {
  database.describe(`of ${STORED} policies in ${database.name}`, (create) => {
    it.each(WORKLOADS)('an inquiry of %s reads a hundred at most', { timeout: 600_000 }, async (_name, workload) => {
      const place = await create();
      try {
        const storage = place.storage();
        await storage.addAll(policiesOf(workload, STORED), { batch: 5_000 });
        let most = 0;
        for (const inquiry of inquiriesOf(workload, STORED, 1, INQUIRIES)) {
          const { policies, links } = await storage.findForInquiry(inquiry);
          most = Math.max(most, policies.length + links.length);
        }
        expect(most).toBeGreaterThan(0);
        expect(most).toBeLessThanOrEqual(MOST_ROWS);
      } finally {
        await place.dispose();
      }
    });
  });
}
