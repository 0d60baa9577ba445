import { expect, it, onTestFinished } from 'vitest';
import { registerSkip, serviceUrl } from '../../../../../test/services.ts';
import { DATABASES } from '../../../test/databases.ts';
import { VAKT_SOURCES, type VaktSource } from '../../../test/vakt-sources.ts';
import { isKept } from '../../../test/vakt-tables.ts';
import { expectImported, losslessText, recordedPolicies, vaktVectors } from '../../../test/vakt-vectors.ts';
import { Guard } from '../../guard/guard.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import type { Inquiry } from '../../model/inquiry.ts';
import type { Storage } from '../../ports/storage.ts';
import { functionTable } from '../../syntax/functions/table.ts';
import {
  importVakt,
  importVaktDatabase,
  type LosslessJson,
  vaktFunctions,
  vaktInquiry,
} from '../../syntax/vakt/index.ts';
import { MemoryStorage } from '../memory.ts';

type Members = ReadonlyMap<string, LosslessJson>;

/** Of the checker, with functions of vakt in them; those that every database of vakt can keep. */
const POLICIES: readonly Members[] = recordedPolicies()
  .filter(([checker]) => checker === 'rules')
  .flatMap(([, policies]) => policies.filter(isKept))
  .slice(0, 120);
const TEXTS = POLICIES.map(losslessText);
const INQUIRIES: readonly Inquiry[] = vaktVectors('decisions.jsonl')
  .filter((line) => line.get('checker') === 'rules')
  .flatMap((line) => (line.get('inquiries') as readonly Members[]).slice(0, 2))
  .flatMap((each) => {
    const asked = vaktInquiry(each.get('inquiry') as object);
    return asked.ok ? [asked.value] : [];
  });

for (const database of DATABASES) {
  database.describe(`importing vakt into ${database.name}`, (create) => {
    const place = async (): Promise<Storage> => {
      const made = await create();
      onTestFinished(made.dispose);
      return made.open({ keyer: policyKeyer({ functions: functionTable(vaktFunctions) }) });
    };
    const source = async (name: string): Promise<VaktSource> => {
      const made = await VAKT_SOURCES[name]?.fill(POLICIES);
      if (made === undefined) throw new Error(`no source \`${name}\``);
      onTestFinished(made.dispose);
      return made;
    };

    for (const [name, { server }] of Object.entries(VAKT_SOURCES)) {
      const title = `from ${name} gives each policy as its text does`;
      const address = server === undefined ? undefined : serviceUrl(server);
      if (address !== undefined && 'skipped' in address) registerSkip(title, `no ${server}: ${address.skipped}`);
      else
        it(title, async () => {
          const { database: vakt } = await source(name);
          await expectImported(vakt, TEXTS, 'rules', await place());
        });
    }

    it('decides as over memory, resident and on demand, and a second import adds nothing', async () => {
      const storage = await place();
      const { database: vakt } = await source('tables of SQLite');
      const options = { checker: 'rules', onUnsupported: 'opaque' } as const;
      const first = await importVaktDatabase(vakt, storage, options);
      const second = await importVaktDatabase(vakt, storage, options);
      expect([second.added, second.existing.length, second.existing.every(({ same }) => same)]).toEqual([
        0,
        first.added,
        true,
      ]);
      // In the order of the tables, which is that of uids.
      const stored = new Set((await storage.getAll(1000, 0)).map(({ uid }) => uid));
      const { policies } = importVakt({ texts: TEXTS }, options);
      const inOrder = [...stored].flatMap((uid) => policies.find((policy) => policy.uid === uid) ?? []);
      const outcomes = new Set<string>();
      // Some policies deny everything: only where allows come first is anything allowed.
      for (const combining of ['deny-overrides', 'allow-overrides'] as const) {
        const options = { functions: vaktFunctions, combining };
        const memory = new Guard(new MemoryStorage(inOrder), options);
        const guards = [new Guard(storage, options), new Guard(storage, { ...options, policies: 'on-demand' })];
        for (const inquiry of INQUIRIES) {
          const expected = { ...(await memory.check(inquiry)), revision: first.added > 0 ? 1 : 0 };
          for (const guard of guards) expect(await guard.check(inquiry)).toEqual(expected);
          outcomes.add(expected.outcome);
        }
        await Promise.all(guards.map((guard) => guard.close()));
      }
      expect([...outcomes].sort()).toEqual(expect.arrayContaining(['allow', 'deny']));
    });
  });
}
