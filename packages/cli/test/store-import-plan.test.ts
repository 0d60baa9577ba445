import { functionTable, MemoryStorage, type Policy, type PolicyLink } from 'cardea';
import { type ImportMode, parseDocument, planImport, type PolicySet, readSame, readStore } from 'cardea/document';
import { canonicalJson, type Json } from 'cardea/ast';
import type { Scalar } from '../../cardea/src/ast/json.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyArb, slotValueArb, templateArb, touchy } from '../../cardea/test/arbitrary.ts';
import { everythingIn, sortedLinks } from '../../cardea/test/change-lists.ts';
import { documentText } from '../src/document-text.ts';
import { importIntoStore } from '../src/store/import-into-store.ts';

const uids = ['a', 'b', 'c', 'd', 'e'];
const setArb: fc.Arbitrary<PolicySet> = fc
  .shuffledSubarray(uids)
  .chain((some) =>
    fc.tuple(
      fc.tuple(...some.map((uid) => fc.oneof(policyArb, templateArb).map((policy): Policy => ({ ...policy, uid })))),
      fc.array(fc.tuple(fc.constantFrom(...uids), fc.array(slotValueArb, { minLength: 9, maxLength: 9 }))),
    ),
  )
  .map(([policies, drafts]) => ({
    policies,
    links: drafts.flatMap(([template, values]): readonly PolicyLink[] => {
      const { slots = [] } = policies.find(({ uid }) => uid === template) ?? {};
      if (slots.length === 0) return [];
      return [{ template, values: Object.fromEntries(slots.map((slot, at) => [slot, values[at] as Scalar])) }];
    }),
  }));

async function stored({ policies, links }: PolicySet): Promise<MemoryStorage> {
  return new MemoryStorage(policies, { links });
}

const options = { dryRun: false, positionOf: () => ({}), onProgress: () => undefined };

describe('an import', () => {
  it('import-is-the-documents: with --replace the store has just what is imported, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(setArb, setArb, async (before, wanted) => {
        const storage = await stored(before);
        const { counts } = await importIntoStore(storage, wanted, { ...options, mode: 'replace' });
        const after = await everythingIn(storage);
        const meant = await everythingIn(await stored(wanted));
        expect(after.policies).toEqual(meant.policies);
        expect(sortedLinks(after.links)).toEqual(sortedLinks(meant.links));
        expect(counts.added + counts.updated + counts.moved + counts.unchanged).toBe(wanted.policies.length);
        expect(before.policies.length + counts.added - counts.deleted).toBe(wanted.policies.length);
      }),
    );
  });

  it('import-again-changes-nothing, in every mode', async () => {
    await fc.assert(
      fc.asyncProperty(setArb, fc.constantFrom<ImportMode>('add', 'update', 'replace'), async (set, mode) => {
        const storage = await stored(set);
        const { revision } = await everythingIn(storage);
        const { counts } = await importIntoStore(storage, set, { ...options, mode });
        expect(await storage.revision()).toBe(revision);
        expect(counts).toMatchObject({ added: 0, updated: 0, moved: 0, deleted: 0, linked: 0, unlinked: 0 });
      }),
    );
  });

  it('touches only what it names without --replace, and counts what happens', async () => {
    await fc.assert(
      fc.asyncProperty(setArb, setArb, async (before, wanted) => {
        const storage = await stored(before);
        const plan = planImport(await readSame(storage, wanted), wanted, 'update');
        expect(plan.changes.filter(({ type }) => type === 'delete' || type === 'unlink')).toEqual([]);
        const count = (type: string): number => plan.changes.filter((change) => change.type === type).length;
        expect(plan.counts).toMatchObject({
          added: count('add'),
          updated: count('update'),
          linked: count('link'),
          moved: 0,
          deleted: 0,
          unlinked: 0,
        });
      }),
    );
  });

  it('export-import-round-trip: the document of a store makes an equal store, links included', async () => {
    const functions = functionTable([touchy]);
    await fc.assert(
      fc.asyncProperty(setArb, fc.constantFrom('yaml' as const, 'json' as const), async (set, format) => {
        // Documents refuse numbers that readers would round.
        fc.pre(!/\d{16}|e\+/.test(JSON.stringify(set)));
        const storage = await stored(set);
        const text = documentText(await readStore(storage), { format, functions, hint: '' });
        const parsed = parseDocument(text, { format, functions });
        if (!parsed.ok) throw new Error(text);
        const again = new MemoryStorage();
        await importIntoStore(again, parsed.value, { ...options, mode: 'replace' });
        const textOf = ({ policies, links }: PolicySet): string =>
          canonicalJson({ policies, links } as unknown as Json);
        expect(textOf(await readStore(again))).toBe(textOf(await readStore(storage)));
      }),
    );
  });

  it('looks again where somebody else was faster, and gives up where the revision was named', async () => {
    const policy = (uid: string): Policy => ({
      uid,
      effect: 'allow',
      subjects: ['s'],
      actions: ['a'],
      resources: ['r'],
    });
    const storage = new MemoryStorage();
    let isFirst = true;
    const busy = {
      get: (uid: string) => storage.get(uid),
      retrieveAll: (batch?: number) => storage.retrieveAll(batch),
      retrieveLinks: () => storage.retrieveLinks(),
      revision: () => storage.revision(),
      apply: async (...args: Parameters<MemoryStorage['apply']>) => {
        if (isFirst) await storage.add(policy('other'));
        isFirst = false;
        return storage.apply(...args);
      },
    };
    const wanted = { policies: [policy('mine')], links: [] };
    expect(await importIntoStore(busy, wanted, { ...options, mode: 'add' })).toMatchObject({ revision: 2 });
    isFirst = true;
    const again = { policies: [policy('third')], links: [] };
    await storage.delete('other');
    await expect(importIntoStore(busy, again, { ...options, mode: 'add', ifRevision: 3 })).rejects.toThrow('revision');
    expect((await readStore(storage)).policies.map(({ uid }) => uid)).toEqual(['mine', 'other']);
  });
});
