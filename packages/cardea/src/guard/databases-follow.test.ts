import { expect, it } from 'vitest';
import { type DatabasePlace, DATABASES } from '../../test/databases.ts';
import { deaf } from '../../test/deaf-storage.ts';
import { GuardingProcess } from '../../test/guarding-process.ts';
import { addressee, allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { Guard } from './guard.ts';

const TIMEOUT_MS = 120_000;
const asked = (subject: string): Inquiry => ({ subject, action: 'get', resource: 'book' });
const numbers = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => String(at));

for (const database of DATABASES) {
  database.describe(`a resident guard over ${database.name}`, (create) => {
    const rule = (name: string, test: (place: DatabasePlace) => Promise<void>): void => {
      it(name, { timeout: TIMEOUT_MS }, async () => {
        const place = await create();
        try {
          await test(place);
        } finally {
          await place.dispose();
        }
      });
    };

    rule('loads what another has written, more than one page of policies and of links', async ({ open }) => {
      const writer = await open();
      await writer.add(allowing('t', { slots: ['who'], subjects: [{ $slot: 'who' }], actions: ['put'] }));
      await writer.addAll(numbers(1100).map(addressee));
      await writer.linkAll(numbers(1100).map((who) => ({ template: 't', values: { who } })));
      const guard = new Guard(await open());
      await guard.ready();
      expect(guard.stats()).toMatchObject({ revision: await writer.revision(), policies: 1101, links: 1100 });
      for (const at of ['0', '1099']) {
        expect(guard.decide(asked(at))).toMatchObject({ outcome: 'allow', deciders: [at] });
        expect(guard.decide({ ...asked(at), action: 'put' })).toMatchObject({ outcome: 'allow' });
      }
      expect(guard.allows(asked('1100'))).toBe(false);
      await guard.close();
    });

    rule('two guards in two processes see what the other process writes, and nothing is lost', async (place) => {
      const child = await GuardingProcess.start({ address: place.address, pollMs: 50 });
      const storage = await place.open({ pollMs: 50 });
      const guard = new Guard(storage);
      await guard.ready();
      for (const uid of numbers(20)) await storage.add(addressee(uid));
      await expect.poll(() => child.seenNs.length, { timeout: 30_000 }).toBe(20);
      expect(child.seenNs.filter((at) => at !== undefined)).toHaveLength(20);
      child.add('of the child');
      await expect.poll(() => guard.allows(asked('of the child')), { timeout: 30_000 }).toBe(true);
      expect(guard.lag()).toMatchObject({ revision: 21, newest: 21, behindMs: 0, failure: undefined });
      await child.stop();
      await guard.close();
    });

    rule('reads everything again where the database has forgotten what happened meanwhile', async ({ open }) => {
      const { logger, lines } = recordingLogger();
      const loads = (): number => lines.filter(({ message }) => message === 'policies loaded').length;
      const writer = await open({ historySize: 3 });
      await writer.addAll(numbers(5).map(addressee));
      const guard = new Guard(deaf(await open()), { maxLagMs: 0, logger });
      expect(await guard.isAllowed(asked('3'))).toBe(true);
      await writer.add(denying('closed', { subjects: ['3'] }));
      expect([await guard.isAllowed(asked('3')), await guard.isAllowed(asked('4')), loads()]).toEqual([false, true, 1]);
      for (let at = 0; at < 40; at++) await writer.update(denying('closed', { subjects: ['4'], priority: at }));
      const before = guard.stats()?.revision ?? 0;
      expect((await writer.changesSince(before)).complete).toBe(false);
      expect([await guard.isAllowed(asked('3')), await guard.isAllowed(asked('4')), loads()]).toEqual([true, false, 2]);
      expect(guard.stats()).toMatchObject({ revision: await writer.revision(), policies: 6 });
      await guard.close();
    });

    rule(
      'tells how far it is behind, and decides at once over nothing that is older than it may be',
      async ({ open }) => {
        const clock = { ms: 0, now: () => 0, elapsed: () => clock.ms };
        const writer = await open();
        const reader = deaf(await open());
        const guard = new Guard(reader, { maxLagMs: 1000, clock });
        await guard.ready();
        await writer.add(addressee('max'));
        clock.ms = 900;
        // Nobody has told it.
        expect(guard.lag()).toMatchObject({ revision: 0, newest: 0, behindMs: 0, askedMs: 900 });
        expect(guard.decide(asked('max'))).toMatchObject({ outcome: 'not-applicable', revision: 0 });
        clock.ms = 1100;
        expect(guard.decide(asked('max')).outcome).toBe('indeterminate');
        expect(await guard.check(asked('max'))).toMatchObject({ outcome: 'allow', revision: 1 });
        expect(guard.lag()).toMatchObject({ revision: 1, newest: 1, behindMs: 0, askedMs: 0 });
        await guard.close();
      },
    );
  });
}
