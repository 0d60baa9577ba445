import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { describeOwnServer } from '../../../../../test/own-server.ts';
import { faultRounds } from '../../../../../test/runs.ts';
import { everythingIn } from '../../../test/change-lists.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { allowing, denying } from '../../../test/policies.ts';
import { replayed } from '../../../test/replayed.ts';
import type { Storage } from '../../ports/storage.ts';

const ROUNDS = faultRounds();
/** A server that was killed may be looked for by the driver for half a minute. */
const ROUND_MS = 90_000;
const INQUIRY = { subject: 'max', action: 'get', resource: 'x' };

/** Adds an allow policy and a deny policy together, whatever is refused; gives how often it went well. */
async function writePairs(storage: Storage, round: number, isOver: () => boolean): Promise<number> {
  let written = 0;
  for (let at = 0; !isOver(); at++) {
    const pair = [allowing(`a${round}-${at}`), denying(`d${round}-${at}`)];
    const made = storage.apply(pair.map((policy) => ({ type: 'add', policy })));
    written += await made.then(
      () => 1,
      () => 0,
    );
  }
  return written;
}

/** Reads over and over; gives how often one of a pair was there without the other. */
async function readPairs(storage: Storage, isOver: () => boolean): Promise<number> {
  let torn = 0;
  while (!isOver()) {
    const found = await storage.findForInquiry(INQUIRY).catch(() => undefined);
    const effects = found?.policies.map(({ effect }) => effect) ?? [];
    const [allows, denies] = ['allow', 'deny'].map((wanted) => effects.filter((effect) => effect === wanted).length);
    if (allows !== denies) torn += 1;
    await sleep(1);
  }
  return torn;
}

describeOwnServer('mongodb', 'mongoStorage over a server that is killed and started again', (server) => {
  it(
    'never gives a torn state, keeps what it confirmed, and watchers catch up',
    async () => {
      const database = new MongoTestDatabase(server().url, 'restarted');
      try {
        const [writer, reader] = [database.open(), database.open({ pollMs: 100 })];
        await writer.prepare();
        let heard = 0;
        reader.watch((revision) => (heard = revision));
        let confirmed = 0;
        for (let round = 0; round < ROUNDS; round++) {
          let isEnding = false;
          const isOver = (): boolean => isEnding;
          const work = [writePairs(writer, round, isOver), readPairs(reader, isOver)] as const;
          await sleep(200);
          await (round % 2 === 0 ? server().kill() : server().restart());
          await sleep(200);
          isEnding = true;
          const [written, torn] = await Promise.all(work);
          confirmed += written;
          expect(torn).toBe(0);
        }
        // The driver may still be looking for the server.
        const revision = await vi.waitFor(() => writer.revision(), ROUND_MS);
        expect(confirmed).toBeGreaterThan(0);
        expect(revision).toBeGreaterThanOrEqual(confirmed);
        await expect.poll(() => heard, { timeout: ROUND_MS }).toBe(revision);
        expect(await everythingIn(writer)).toEqual(await everythingIn(await replayed(writer)));
      } finally {
        await database.drop();
      }
    },
    (ROUNDS + 2) * ROUND_MS,
  );
});
