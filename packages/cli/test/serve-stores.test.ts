import { createApiKey } from '@cardea/server';
import { expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../../test/connect-nats.ts';
import { describeService } from '../../../test/services.ts';
import { cardea, folderWith } from './fake-terminal.ts';
import { serve, type Served, until } from './serving.ts';
import { STORE_KINDS } from './store-places.ts';

const POLICY = {
  uid: 'readers',
  effect: 'allow',
  subjects: [{ type: 'user' }],
  actions: ['read'],
  resources: [{ type: 'book' }],
};
const QUESTION = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: '1' },
};
const ARGV = ['--api-keys', 'k.json', '--set', 'administration.enabled=true', 'shutdown.drainMs=0'];

/** A server over a store that has its tables, and who may do everything there. */
async function placeOf(store: string, more: Readonly<Record<string, string>> = {}) {
  const { key, record } = await createApiKey({ id: 'k', roles: ['admin'] });
  const cwd = await folderWith({ 'k.json': JSON.stringify({ keys: [record] }) });
  const env = { CARDEA_STORE: store, ...more };
  expect((await cardea(['store', 'init'], { cwd, env })).stderr).toBe('');
  const headers = { authorization: `Bearer ${key}` };
  return {
    start: () => serve(ARGV, { cwd, env }),
    decides: async (served: Served) =>
      (await served.ask('/access/v1/evaluation', QUESTION, headers)).body as { readonly decision: boolean },
    put: (served: Served) =>
      fetch(`${served.url}/v1/policies/readers`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/json', 'if-match': '"0"' },
        body: JSON.stringify(POLICY),
      }),
  };
}

async function stop({ child, ended }: Served): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

for (const { kind, describe } of STORE_KINDS) {
  describe(`\`cardea serve\` over ${kind}`, (newStore) => {
    it('keeps what is put through it, tells other instances, and has it when it starts again', async () => {
      const store = await newStore();
      const { start, decides, put } = await placeOf(store);
      const [one, other] = [await start(), await start()];
      expect(await decides(one)).toEqual({ decision: false });
      expect((await put(one)).status).toBe(200);
      expect(await decides(one)).toEqual({ decision: true });
      await until(async () => (await decides(other)).decision);
      await Promise.all([stop(one), stop(other)]);
      const again = await start();
      expect(await decides(again)).toEqual({ decision: true });
      await stop(again);
      const { password } = URL.canParse(store) ? new URL(store) : { password: '' };
      for (const { log } of [one, other, again]) if (password !== '') expect(log()).not.toContain(password);
    });
  });
}

describeService('nats', '`cardea serve` over a store that tells nobody, beside NATS', (url) => {
  it('tells there of each change, hears of it, and does not start without it', async () => {
    const subject = `cardea.test.${crypto.randomUUID()}`;
    const connection = await connectNats(url);
    onTestFinished(() => connection.close());
    const told: string[] = [];
    connection.subscribe(subject, { callback: (_, message) => void told.push(message.string()) });
    await connection.flush();
    const folder = await folderWith({});
    const bus = { CARDEA_BUS__URL: url, CARDEA_BUS__SUBJECT: subject };
    const { start, decides, put } = await placeOf(`${folder}/p.db`, bus);
    const [one, other] = [await start(), await start()];
    expect((await put(one)).status).toBe(200);
    await until(async () => (await decides(other)).decision);
    await until(() => told.length > 0);
    expect(told).toEqual(['1']);
    await Promise.all([stop(one), stop(other)]);
    for (const { log } of [one, other]) expect(log()).not.toContain(new URL(url).password);

    const env = { CARDEA_STORE: `${folder}/p.db`, CARDEA_BUS__URL: 'nats://a:S3CRET@127.0.0.1:1' };
    const { exitCode, stderr } = await cardea(['serve', '--port', '0'], { cwd: folder, env });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('`bus.url`: `nats://***@127.0.0.1:1`: ')]);
    expect(stderr).not.toContain('S3CRET');
  });
});
