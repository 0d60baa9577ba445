import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cardea, folderWith, type Ran } from './fake-terminal.ts';
import { STORE_KINDS } from './store-places.ts';

const BIN = join(import.meta.dirname, '../src/bin.ts');
const POLICIES = `policies:
  - {uid: Readers, effect: allow, subjects: [{role: reader}], actions: [read], resources: ['book:<[0-9]+>']}
  - {uid: readers, effect: deny, subjects: [{$any: true}], actions: [{$any: true}], resources: [book:13]}
  - {uid: "share \\u0001 \\U0001F4D6", slots: [user, book], effect: allow, subjects: [{$slot: user}], actions: [read], resources: [{$slot: book}]}
links:
  - {template: "share \\u0001 \\U0001F4D6", values: {user: max, book: "film:7"}}
  - {template: "share \\u0001 \\U0001F4D6", values: {user: "Max ", book: 7}}
`;
const ALLOWED = '{"subject":"max","action":"read","resource":"film:7"}';

for (const { kind, describe } of STORE_KINDS)
  describe(`a store in ${kind}`, (newStore) => {
    async function session(): Promise<(...argv: readonly string[]) => Promise<Ran>> {
      const [cwd, url] = [await folderWith({ 'p.yaml': POLICIES }), await newStore()];
      return (...argv) => cardea(argv, { cwd, env: { CARDEA_STORE: url } });
    }

    it('is made, filled, asked, exported, filled again from that, and taken down', async () => {
      const run = await session();
      expect(await run('store', 'status')).toMatchObject({ exitCode: kind === 'sqlite' ? 2 : 1 });
      expect(JSON.parse((await run('store', 'init', '--json')).stdout)).toMatchObject({ kind, created: true });
      expect(JSON.parse((await run('store', 'import', 'p.yaml', '--json')).stdout)).toMatchObject({
        revision: 1,
        added: 3,
        linked: 2,
      });
      expect(await run('check', '-i', ALLOWED)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await run('check', '-i', ALLOWED.replace('max', 'nina'))).toMatchObject({ exitCode: 1, stderr: '' });
      expect(await run('explain', '-i', ALLOWED)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await run('lint')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse((await run('store', 'status', '--json')).stdout)).toMatchObject({
        kind,
        state: 'current',
        revision: 1,
        policies: 3,
        templates: 1,
        links: 2,
        residual: 0,
      });
      const { stdout } = await run('store', 'export', '--format', 'json');
      const cwd = await folderWith({ 'exported.json': stdout });
      const env = { CARDEA_STORE: await newStore() };
      expect(await cardea(['store', 'import', 'exported.json'], { cwd, env })).toMatchObject({ exitCode: 0 });
      expect((await cardea(['store', 'export', '--format', 'json'], { cwd, env })).stdout).toBe(stdout);
      expect(await run('store', 'migrate', 'down', '0')).toMatchObject({ exitCode: 2 });
      expect(await run('store', 'migrate', 'down', '0', '--yes')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await run('check', '-i', ALLOWED)).toMatchObject({ exitCode: 2 });
      expect(await run('store', 'init')).toMatchObject({ exitCode: 0 });
      expect(JSON.parse((await run('store', 'status', '--json')).stdout)).toMatchObject({ policies: 0, links: 0 });
    });

    it('is not made by those who read', async () => {
      const run = await session();
      for (const argv of [['lint'], ['check', '-i', ALLOWED], ['store', 'export']])
        expect((await run(...argv)).stderr).toMatch(
          /^cardea: there is no store (?:at|in) `.*`: `cardea store init` makes one \[CARDEA_\w+\]\n$/,
        );
    });

    it('ends the process', async () => {
      const [cwd, url] = [await folderWith({ 'p.yaml': POLICIES }), await newStore()];
      const run = (...argv: readonly string[]): object => {
        const { status, stderr } = spawnSync(process.execPath, ['--conditions=cardea-source', BIN, ...argv], {
          cwd,
          env: { ...process.env, CARDEA_STORE: url },
          encoding: 'utf8',
        });
        return { status, stderr };
      };
      expect(run('store', 'import', 'p.yaml')).toEqual({ status: 0, stderr: '' });
      expect(run('check', '-i', ALLOWED)).toEqual({ status: 0, stderr: '' });
      expect(run('check', '-i', '{}')).toEqual({ status: 1, stderr: '' });
    });
  });
