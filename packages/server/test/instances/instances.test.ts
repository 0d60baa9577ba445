import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeService } from '../../../../test/services.ts';
import { type DatabaseSite, postgresSite, redisSite } from '../../../cardea/test/database-sites.ts';
import { cuttable } from './cuttable.ts';
import { Instance, letting, until } from './instance.ts';

const TIMEOUT_MS = 120_000;
/** How long the store is gone. */
const LOST_MS = 10_000;

const SITES: readonly (readonly [
  name: 'postgres' | 'redis',
  site: (url: string) => DatabaseSite | Promise<DatabaseSite>,
])[] = [
  ['postgres', postgresSite],
  ['redis', redisSite],
];

for (const [name, siteOf] of SITES) {
  describeService(name, `two instances over one ${name}`, (url) => {
    interface Place {
      readonly start: (options?: { readonly isDeaf?: boolean }) => Promise<Instance>;
      readonly cut: () => void;
      readonly mend: () => void;
    }
    const rule = (title: string, test: (place: Place) => Promise<void>): void => {
      it(title, { timeout: TIMEOUT_MS }, async () => {
        const way = await cuttable(url);
        const site = await siteOf(url);
        const address = { ...site.address, url: through(way.url, site.address.url) };
        const instances: Instance[] = [];
        try {
          const start: Place['start'] = async (options = {}) => {
            const instance = await Instance.start({ address, ...options });
            instances.push(instance);
            return instance;
          };
          await test({ start, cut: () => way.cut(), mend: () => way.mend() });
        } finally {
          await Promise.all(instances.map((instance) => instance.stop()));
          await way.close();
          await site.remove();
        }
      });
    };

    rule('whoever wrote at one reads it at the other, by the revision of the answer', async ({ start }) => {
      const [one, other] = await Promise.all([start(), start()]);
      for (let at = 0; at < 30; at++) {
        const [writer, reader] = at % 2 === 0 ? [one, other] : [other, one];
        const { revision } = (await writer.add(letting(`u${at}`))) as { readonly revision: number };
        const answer = await reader.ask(`u${at}`, revision);
        expect(answer).toMatchObject({ status: 200, allowed: true });
        expect(answer.revision).toBeGreaterThanOrEqual(revision);
      }
    });

    rule('it is read also by one that no notification reaches', async ({ start }) => {
      const [one, deaf] = await Promise.all([start(), start({ isDeaf: true })]);
      for (let at = 0; at < 5; at++) {
        const { revision } = (await one.add(letting(`u${at}`))) as { readonly revision: number };
        expect(await deaf.ask(`u${at}`)).toMatchObject({ status: 200, allowed: false });
        expect(await deaf.ask(`u${at}`, revision)).toEqual({ status: 200, allowed: true, revision });
      }
    });

    rule(
      'one that is killed leaves nothing behind that the other waits for, and comes back up to date',
      async ({ start }) => {
        const [one, other] = await Promise.all([start(), start()]);
        const writing = one.add(letting('in between')).catch(() => undefined);
        await one.kill();
        await writing;
        const { revision } = (await other.add(letting('after'))) as { readonly revision: number };
        expect(await other.ask('after', revision)).toMatchObject({ status: 200, allowed: true });
        await one.startAgain();
        expect(await one.ask('after')).toEqual({ status: 200, allowed: true, revision });
        const both = await Promise.all([one, other].map((instance) => instance.ask('in between')));
        expect(both[0]).toEqual(both[1]);
      },
    );

    rule(
      'without the store they answer by what they know, and are up to date when it is back',
      async ({ start, cut, mend }) => {
        const instances = await Promise.all([start(), start()]);
        const [one, other] = instances;
        const { revision } = (await one.add(letting('known'))) as { readonly revision: number };
        await other.ask('known', revision);
        cut();
        const end = performance.now() + LOST_MS;
        while (performance.now() < end) {
          for (const instance of instances) {
            expect(await instance.ask('known')).toEqual({ status: 200, allowed: true, revision });
            expect(await instance.ask('unknown')).toEqual({ status: 200, allowed: false, revision });
          }
          await setTimeout(100);
        }
        // What nobody can know or do is said, and when to ask again.
        expect(await other.ask('known', revision + 1)).toMatchObject({ status: 503, allowed: undefined });
        expect(await one.add(letting('refused'))).toEqual({ status: 503 });
        for (const instance of instances) {
          const { ready, behindMs } = await instance.ready();
          expect([ready, behindMs > LOST_MS / 2]).toEqual([false, true]);
        }
        mend();
        await until(async () =>
          (await Promise.all(instances.map((instance) => instance.ready()))).every(({ ready }) => ready),
        );
        const later = (await one.add(letting('later'))) as { readonly revision: number };
        expect(await other.ask('later', later.revision)).toMatchObject({ status: 200, allowed: true });
      },
    );

    rule('a rolling restart drops nothing', async ({ start }) => {
      const instances = await Promise.all([start(), start()]);
      await instances[0]?.add(letting('max'));
      const over = new AbortController();
      let answered = 0;
      /** As a load balancer: it asks those that were ready when it looked last. */
      const caller = async (): Promise<readonly unknown[]> => {
        const wrong: unknown[] = [];
        for (let turn = 0; !over.signal.aborted; turn++) {
          const known = await Promise.all(
            instances.map((instance) => instance.ready().catch(() => ({ ready: false }))),
          );
          const ready = instances.filter((_, at) => known[at]?.ready === true);
          const chosen = ready[turn % ready.length];
          const answer = await chosen?.ask('max', 1).catch((error: unknown) => error);
          if ((answer as { readonly allowed?: boolean } | undefined)?.allowed === true) answered += 1;
          else wrong.push(answer);
        }
        return wrong;
      };
      const callers = Promise.all([caller(), caller(), caller()]);
      for (const instance of instances) {
        await instance.stop();
        await instance.startAgain();
        await until(async () => (await instance.ready()).ready);
      }
      over.abort();
      expect((await callers).flat()).toEqual([]);
      expect(answered).toBeGreaterThan(10);
    });
  });
}

/** The address of a place in a database, by another way to it. */
function through(way: string, address: string): string {
  const [to, place] = [new URL(way), new URL(address)];
  place.host = to.host;
  return place.href;
}
