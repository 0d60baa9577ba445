import { allow, type Json, type JsonObject, MemoryStorage, type Policy, type PolicyLink } from 'cardea';
import { canonicalJson } from 'cardea/ast';
import { parseDocument, readStore, type StoreContent } from 'cardea/document';
import { slot } from 'cardea/rules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyArb } from '../../cardea/test/arbitrary.ts';
import { editingPoint } from './editing-point.ts';
import { POLICIES } from './library.ts';

const TEMPLATE = allow({ uid: 't', slots: ['who'], subjects: [slot('who')], actions: ['see'], resources: ['x'] });
const link = (who: string): PolicyLink => ({ template: 't', values: { who } });
const YAML = 'application/yaml';
const IMPORT = '/v1/policies:import';

describe('policies as documents over HTTP', () => {
  it.each([
    ['yaml', YAML],
    ['json', 'application/json'],
  ])('that are exported as %s make the same policies elsewhere', async (format, type) => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(policyArb, { selector: ({ uid }) => uid, maxLength: 5 }), async (policies) => {
        // What no document can say is told of as what it is: see the next test.
        fc.pre(!/\d{16}/.test(JSON.stringify(policies)));
        const storage = new MemoryStorage([TEMPLATE, ...policies.filter(({ uid }) => uid !== 't')], {
          links: [link('max')],
        });
        const from = await editingPoint(storage);
        const document = await from.ask(`/v1/policies:export?format=${format}`);
        expect([document.status, document.tag]).toEqual([200, '"1"']);
        expect(document.headers['content-type']).toBe(`${type}; charset=utf-8`);
        expect(parseDocument(document.text, { format: format as 'yaml' }).ok).toBe(true);

        const to = await editingPoint(new MemoryStorage(POLICIES));
        const body = document.text;
        const imported = await to.ask(`${IMPORT}?mode=replace`, { method: 'POST', type, match: '"1"', body });
        expect(imported.status).toBe(200);
        expect(contentOf(await readStore(to.storage))).toBe(contentOf(await readStore(storage)));
      }),
      { numRuns: 25 },
    );
  });

  it('that no document can hold are not exported, and it is said why', async () => {
    const large = { ...(POLICIES[0] as Policy), obligations: [2 ** 60] };
    const { ask } = await editingPoint(new MemoryStorage([large]));
    const answer = await ask('/v1/policies:export');
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('2^53') as string]);
  });

  const added = JSON.stringify({
    policies: [{ uid: 'new', effect: 'deny', subjects: ['x'], actions: ['x'], resources: ['x'] }],
  });
  const changed = JSON.stringify({ policies: [{ ...POLICIES[0], description: 'other' }] });

  it.each<[string, string, string, number, readonly string[]]>([
    ['add', 'one that is new', added, 200, ['readers', 'librarians', 'locked', 'new']],
    ['add', 'one that is there otherwise', changed, 409, ['readers', 'librarians', 'locked']],
    ['update', 'one that is there otherwise', changed, 200, ['readers', 'librarians', 'locked']],
    ['replace', 'one that is new', added, 200, ['new']],
    ['remove', 'one that is new', added, 400, ['readers', 'librarians', 'locked']],
  ])('are imported by the mode `%s` of %s', async (mode, _, body, status, uids) => {
    const { ask, storage } = await editingPoint(new MemoryStorage(POLICIES));
    const answer = await ask(`${IMPORT}?mode=${mode}`, { method: 'POST', match: '"1"', body });
    expect(answer.status).toBe(status);
    expect((await storage.getAll(9, 0)).map(({ uid }) => uid)).toEqual(uids);
    expect(answer.tag).toBe(status === 200 ? '"2"' : undefined);
  });

  it('are imported by nobody who has not seen what is there', async () => {
    const { ask, storage } = await editingPoint(new MemoryStorage(POLICIES));
    expect((await ask(IMPORT, { method: 'POST', body: added })).status).toBe(428);
    for (const mode of ['add', 'update', 'replace'])
      expect((await ask(`${IMPORT}?mode=${mode}`, { method: 'POST', match: '"0"', body: changed })).status).toBe(412);
    expect(await storage.revision()).toBe(1);
  });

  it.each<[string, string, string]>([
    ['YAML with a tag', YAML, 'policies: !!js/function x'],
    ['YAML that refers to itself', YAML, 'policies: &a [*a]'],
    ['a name twice', 'application/json', '{"policies":[],"policies":[]}'],
    ['no policies', YAML, ''],
    ['another version', YAML, 'cardea: 99\npolicies: []'],
    ['a policy that is none', YAML, 'policies:\n  - uid: x\n    effect: maybe'],
    ['text', 'text/plain', 'policies: []'],
    ['another charset', `${YAML}; charset=utf-16`, 'policies: []'],
  ])('are not imported from %s', async (_, type, body) => {
    const { ask, storage } = await editingPoint(new MemoryStorage(POLICIES));
    const answer = await ask(`${IMPORT}?mode=replace`, { method: 'POST', match: '"1"', type, body });
    expect([answer.status, await storage.revision()]).toEqual([400, 1]);
  });

  it('are refused with the line of every issue', async () => {
    const { ask } = await editingPoint(new MemoryStorage());
    const body = 'policies:\n  - uid: x\n    effect: maybe\n    subjects: [<a]\n    actions: [x]\n    resources: [x]\n';
    const { body: told } = await ask(IMPORT, { method: 'POST', match: '"0"', type: YAML, body });
    expect(told['issues']).toMatchObject([{ line: 3 }, { line: 4 }]);
  });

  it.each([
    ['decider', 403, 403],
    ['auditor', 200, 403],
    ['editor', 200, 200],
  ] as const)('are exported by the role %s with %i and imported with %i', async (role, read, written) => {
    const { ask } = await editingPoint(new MemoryStorage(POLICIES));
    expect((await ask('/v1/policies:export', { role })).status).toBe(read);
    expect((await ask(IMPORT, { method: 'POST', role, match: '"1"', body: added })).status).toBe(written);
  });
});

describe('links over HTTP', () => {
  it('are listed page by page, of one template or of all', async () => {
    const other = { ...TEMPLATE, uid: 'u' };
    const name = fc.string({ maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (names, limit) => {
          const links = names.flatMap((who) => [link(who), { ...link(who), template: 'u' }]);
          const { ask } = await editingPoint(new MemoryStorage([TEMPLATE, other], { links }));
          const found: Json[] = [];
          for (let after = ''; ; ) {
            const { body } = await ask(`/v1/policies:links?template=t&limit=${limit}${after}`);
            found.push(...(body['links'] as readonly Json[]));
            expect((body['links'] as readonly Json[]).length).toBeLessThanOrEqual(limit);
            if (body['next'] === undefined) break;
            after = `&after=${encodeURIComponent(body['next'] as string)}`;
          }
          expect(new Set(found.map((each) => ((each as JsonObject)['values'] as JsonObject)['who']))).toEqual(
            new Set(names),
          );
          expect(found).toHaveLength(names.length);
          const all = await ask('/v1/policies:links');
          expect(all.body['links']).toHaveLength(2 * names.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Canonical, as a document does not tell -0 from 0. */
function contentOf({ policies, links }: StoreContent): string {
  return canonicalJson({ policies, links } as unknown as Json);
}
