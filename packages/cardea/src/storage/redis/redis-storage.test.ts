import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { inquiryArb, touchy } from '../../../test/arbitrary.ts';
import { changeListsArb, changesOf, everythingIn, sortedLinks } from '../../../test/change-lists.ts';
import { decideOver } from '../../../test/decide-over.ts';
import { allowing } from '../../../test/policies.ts';
import { keysOf, newPrefix, RedisConnections } from '../../../test/redis-connections.ts';
import { invalidPolicyFunction } from '../../guard/invalid-policy-function.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import type { Policy } from '../../model/policy.ts';
import { functionTable } from '../../syntax/functions/table.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import { MemoryStorage } from '../memory.ts';
import { redisStorage } from './redis-storage.ts';

const PAGE = join(import.meta.dirname, '../../../../../docs/storages/redis.md');

describeService('redis', 'Redis', (url) => {
  for (const told of [true, false]) {
    const create = async () => {
      const [connections, prefix] = [new RedisConnections(url), newPrefix()];
      const another = () => (told ? connections.toldStorage({ prefix }) : connections.storage({ prefix }));
      return { storage: await another(), another, dispose: () => connections.close(prefix) };
    };
    storageSuite(`redisStorage ${told ? 'with' : 'without'} a subscriber`, create, { describe, it });
  }

  storageSuite(
    'redisStorage of a user who may do what the documentation says',
    async () => {
      const [connections, prefix] = [new RedisConnections(url), newPrefix()];
      const administrator = await connections.open();
      const line = /^ACL SETUSER cardea .*$/m.exec(readFileSync(PAGE, 'utf8'))?.[0] ?? '';
      const rules = line.replaceAll('cardea', prefix).replace('>secret', '>hunter2').split(' ');
      await administrator.sendCommand(rules);
      const own = new RedisConnections(addressOf(prefix));
      const another = () => own.toldStorage({ prefix });
      const dispose = async () => {
        await own.disconnect();
        await administrator.sendCommand(['ACL', 'DELUSER', prefix]);
        await connections.close(prefix);
      };
      return { storage: await another(), another, dispose };
    },
    { describe, it },
  );

  /** The server, for another user. */
  function addressOf(username: string): string {
    return Object.assign(new URL(url), { username, password: 'hunter2' }).href;
  }

  async function using(test: (connections: RedisConnections, prefix: string) => Promise<void>): Promise<void> {
    const [connections, prefix] = [new RedisConnections(url), newPrefix()];
    try {
      await test(connections, prefix);
    } finally {
      await connections.close(prefix);
    }
  }

  describe('redisStorage', () => {
    it('stored ≡ memory: refuses, changes and tells what MemoryStorage does, and leaves nothing behind', async () => {
      await using(async (connections, prefix) => {
        const connection = await connections.open();
        let runs = 0;
        const law = fc.asyncProperty(changeListsArb, async (lists) => {
          const own = `${prefix}.${++runs}`;
          const [memory, stored] = [new MemoryStorage(), redisStorage(connection, { prefix: own })];
          for (const list of lists) {
            const changes = changesOf(list, await memory.getAll(1000, 0));
            const outcome = await memory.apply(changes).then(String, String);
            expect(await stored.apply(changes).then(String, String)).toBe(outcome);
          }
          const [expected, actual] = [await everythingIn(memory), await everythingIn(stored)];
          expect(JSON.stringify(actual.policies)).toBe(JSON.stringify(expected.policies));
          expect(sortedLinks(actual.links)).toEqual(sortedLinks(expected.links));
          expect(JSON.stringify(await stored.changesSince(0))).toBe(JSON.stringify(await memory.changesSince(0)));
          await stored.apply(expected.policies.map(({ uid }) => ({ type: 'delete', uid })));
          const left = (await keysOf(connection, own)).map((key) => key.replace(/^.*:/, ''));
          expect(left.filter((part) => !['head', 'shapes', 'changes', 'migrations'].includes(part))).toEqual([]);
          for (const key of await keysOf(connection, own)) await connection.del(key);
        });
        await fc.assert(law, { numRuns: 100 });
      });
    });

    it('candidates-are-a-superset: deciding over candidates is deciding over everything', async () => {
      const functions = functionTable([touchy, invalidPolicyFunction]);
      const keyer = policyKeyer({ functions });
      await using(async (connections, prefix) => {
        const connection = await connections.open();
        let runs = 0;
        const inquiriesArb = fc.array(inquiryArb, { minLength: 1, maxLength: 4 });
        const law = fc.asyncProperty(changeListsArb, inquiriesArb, async (lists, inquiries) => {
          const own = `${prefix}.${++runs}`;
          const storage = redisStorage(connection, { prefix: own, keyer });
          for (const list of lists) {
            const changes = changesOf(list, await storage.getAll(1000, 0));
            await storage.apply(changes).catch(() => undefined);
          }
          const everything = await everythingIn(storage);
          for (const inquiry of inquiries) {
            const decision = decideOver(await storage.findForInquiry(inquiry), inquiry, functions);
            expect(decision).toEqual(decideOver(everything, inquiry, functions));
          }
          for (const key of await keysOf(connection, own)) await connection.del(key);
        });
        await fc.assert(law, { numRuns: 100 });
      });
    });

    it('writes batches of any size at once, and leaves nothing lying ready', async () => {
      await using(async (connections, prefix) => {
        const storage = await connections.storage({ prefix });
        const large = Array.from({ length: 12 }, (_, at) =>
          allowing(`${at}`, { description: `${at}`.repeat(2 ** 19) }),
        );
        await storage.addAll(large, { batch: 12 });
        const many = Array.from({ length: 12_000 }, (_, at) => allowing(`many${at}`, { subjects: [`s${at}`] }));
        await storage.addAll(many, { batch: 12_000 });
        expect(await storage.revision()).toBe(2);
        expect(await storage.getAll(12, 0)).toEqual(large);
        const { policies } = await storage.findForInquiry({ subject: 's7', action: 'a', resource: 'r' });
        expect(policies.map(({ uid }) => uid)).toEqual([...large.map(({ uid }) => uid), 'many7']);
        const keys = await keysOf(await connections.open(), prefix);
        expect(keys.filter((key) => key.includes('stage'))).toEqual([]);
      });
    });

    it('deletes a template with many links, and finds them until then', async () => {
      await using(async (connections, prefix) => {
        const storage = await connections.storage({ prefix });
        await storage.add(allowing('t', { slots: ['user'], subjects: [{ $slot: 'user' }] }));
        const users = Array.from({ length: 3500 }, (_, at) => ({ template: 't', values: { user: `u${at}` } }));
        await storage.linkAll(users, { batch: 3500 });
        const found = await storage.findForInquiry({ subject: 'u3499' });
        expect(found.links).toEqual([{ template: 't', values: { user: 'u3499' } }]);
        await storage.delete('t');
        const left = await keysOf(await connections.open(), prefix);
        expect(left.map((key) => key.replace(/^.*:/, '')).sort()).toEqual(['changes', 'head', 'migrations', 'shapes']);
      });
    });

    it('goes on when the server has forgotten its scripts', async () => {
      await using(async (connections, prefix) => {
        const storage = await connections.storage({ prefix });
        const connection = await connections.open();
        for (const uid of ['a', 'b']) {
          await storage.add(allowing(uid));
          await connection.scriptFlush();
        }
        expect(await storage.getAll(9, 0)).toEqual([allowing('a'), allowing('b')]);
      });
    });

    it('makes a change once, though the client sends each command twice', async () => {
      await using(async (connections, prefix) => {
        const connection = await connections.open();
        const twice = async (args: string[]): Promise<unknown> => {
          await connection.sendCommand(args);
          return connection.sendCommand(args);
        };
        const storage = redisStorage({ sendCommand: twice }, { prefix });
        await storage.add(allowing('a'));
        const large: Policy[] = ['b', 'c', 'd'].map((uid) => allowing(uid, { description: uid.repeat(2 ** 20) }));
        await storage.apply(large.map((policy) => ({ type: 'add', policy })));
        expect([await storage.revision(), (await storage.getAll(9, 0)).length]).toEqual([2, 4]);
      });
    });

    it('refuses a storage that a later version wrote, also when that happens meanwhile', async () => {
      await using(async (connections, prefix) => {
        const storage = await connections.storage({ prefix });
        await storage.add(allowing('a'));
        const connection = await connections.open();
        await connection.hSet(`{${prefix}}:migrations`, 'version', '2');
        const refused = { code: 'CARDEA_UNSUPPORTED', message: expect.stringContaining('of version 2') };
        await expect(storage.add(allowing('b'))).rejects.toMatchObject(refused);
        await expect(storage.findForInquiry({})).rejects.toMatchObject(refused);
        await expect((await connections.storage({ prefix })).get('a')).rejects.toMatchObject(refused);
        await connection.hSet(`{${prefix}}:migrations`, 'version', '1');
        expect(await storage.getAll(9, 0)).toEqual([allowing('a')]);
      });
    });

    it('writes nothing where the user lacks one of the commands', async () => {
      await using(async (connections, prefix) => {
        const administrator = await connections.open();
        const commands = ['ACL', 'SETUSER', prefix, 'on', '>hunter2', `~{${prefix}}:*`, '+@all', '-zremrangebyscore'];
        await administrator.sendCommand(commands);
        const own = new RedisConnections(addressOf(prefix));
        try {
          const storage = await own.storage({ prefix });
          await expect(storage.add(allowing('a'))).rejects.toThrow('ZREMRANGEBYSCORE is refused');
          const keys = await keysOf(administrator, prefix);
          expect(keys.toSorted()).toEqual([`{${prefix}}:head`, `{${prefix}}:migrations`]);
        } finally {
          await own.disconnect();
          await administrator.sendCommand(['ACL', 'DELUSER', prefix]);
        }
      });
    });

    it('lets a user read who may do what the documentation says of readers, and not write', async () => {
      await using(async (connections, prefix) => {
        const writer = await connections.storage({ prefix });
        await writer.add(allowing('t', { slots: ['user'], subjects: [{ $slot: 'user' }] }));
        await writer.link({ template: 't', values: { user: 'max' } });
        const [, commands = ''] = /Who only reads needs `([^`]*)`/.exec(readFileSync(PAGE, 'utf8')) ?? [];
        const rules = ['on', '>hunter2', `~{${prefix}}:*`, ...commands.split(' ')];
        const administrator = await connections.open();
        await administrator.sendCommand(['ACL', 'SETUSER', prefix, ...rules]);
        const own = new RedisConnections(addressOf(prefix));
        try {
          const reader = await own.storage({ prefix });
          expect((await reader.findForInquiry({ subject: 'max' })).links).toHaveLength(1);
          expect(await reader.changesSince(0)).toEqual(await writer.changesSince(0));
          expect(await everythingIn(reader)).toEqual(await everythingIn(writer));
          expect((await reader.page({ limit: 9 })).policies).toEqual([await reader.get('t')]);
          await expect(reader.add(allowing('a'))).rejects.toThrow('DEL is refused');
          expect(await writer.revision()).toBe(2);
        } finally {
          await own.disconnect();
          await administrator.sendCommand(['ACL', 'DELUSER', prefix]);
        }
      });
    });

    it('says which policy is gone, rather than decide without it', async () => {
      await using(async (connections, prefix) => {
        const storage = await connections.storage({ prefix });
        await storage.add(allowing('a'));
        await (await connections.open()).del(`{${prefix}}:policies`);
        await expect(storage.findForInquiry({})).rejects.toMatchObject({
          code: 'CARDEA_IO',
          message: expect.stringContaining('the policy of sequence number 1 is gone from Redis'),
        });
      });
    });
  });
});
