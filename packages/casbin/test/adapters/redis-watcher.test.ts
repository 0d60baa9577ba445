import { randomUUID } from 'node:crypto';
import redisWatcher from '@casbin/redis-watcher';
import { expect, it, vi } from 'vitest';
import { describeService } from '../../../../test/services.ts';
import { type Enforcer, newEnforcer, newModelFromString } from '../../src/index.ts';
import { SharedAdapter } from './shared-adapter.ts';

const MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act`;

describeService('redis', '@casbin/redis-watcher on Redis', (url) => {
  it('tells a second enforcer of a change, which then decides by it', async () => {
    const channel = `casbin-${randomUUID()}`;
    const store = new SharedAdapter();
    const [writing, reading] = await Promise.all([watched(url, channel, store), watched(url, channel, store)]);
    expect(reading.enforcer.enforceSync('alice', 'data1', 'read')).toBe(false);

    await writing.enforcer.addPolicy('alice', 'data1', 'read');
    await vi.waitFor(() => expect(reading.enforcer.enforceSync('alice', 'data1', 'read')).toBe(true), 5_000);

    await writing.enforcer.removePolicy('alice', 'data1', 'read');
    await vi.waitFor(() => expect(reading.enforcer.enforceSync('alice', 'data1', 'read')).toBe(false), 5_000);
    for (const { close } of [writing, reading]) await close();
  });
});

interface Watched {
  readonly enforcer: Enforcer;
  readonly close: () => Promise<void>;
}

async function watched(url: string, channel: string, store: SharedAdapter): Promise<Watched> {
  const { hostname, port, password } = new URL(url);
  const options = { host: hostname, port: Number(port), password, channel };
  const watcher = await redisWatcher.RedisWatcher.newWatcher(options);
  const enforcer = await newEnforcer(newModelFromString(MODEL), store);
  enforcer.setWatcher(watcher);
  // as its documentation has it
  watcher.setUpdateCallback(() => void enforcer.loadPolicy());
  return { enforcer, close: () => watcher.close() };
}
