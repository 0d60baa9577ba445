import { expect, it } from 'vitest';
import { describeOwnServer } from '../../../../../test/own-server.ts';
import { faultRounds } from '../../../../../test/runs.ts';
import { everythingIn } from '../../../test/change-lists.ts';
import { allowing, denying } from '../../../test/policies.ts';
import { replayed } from '../../../test/replayed.ts';
import { mariadbSite, postgresSite } from '../../../test/database-sites.ts';
import { placesOf } from '../../../test/sql-databases.ts';
import type { Storage } from '../../ports/storage.ts';

const ROUNDS = faultRounds();
const TIMEOUT_MS = ROUNDS * 60_000;

/** Writes an allow policy and a deny policy together, over and over, whatever is refused; gives how often it went well. */
async function writePairs(storage: Storage, round: number, isOver: () => boolean): Promise<number> {
  let written = 0;
  for (let at = 0; !isOver(); at++) {
    const pair = [allowing(`a${round}-${at}`), denying(`d${round}-${at}`)];
    const done = storage.apply(pair.map((policy) => ({ type: 'add', policy }) as const));
    written += await done.then(
      () => 1,
      () => pause(20),
    );
  }
  return written;
}

/** Reads all the while; gives how often one of a pair was seen without the other. */
async function readPairs(storage: Storage, isOver: () => boolean): Promise<number> {
  let torn = 0;
  while (!isOver()) {
    const found = await storage.findForInquiry({}).catch(() => undefined);
    if (found === undefined) await pause(20);
    else if (found.policies.length !== 2 * found.revision) torn += 1;
  }
  return torn;
}

async function pause(ms: number): Promise<0> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return 0;
}

for (const [name, siteOf] of [['postgres', postgresSite] as const, ['mariadb', mariadbSite] as const]) {
  describeOwnServer(name, `sqlStorage over a ${name} that is killed and started again`, (server) => {
    it('never gives a torn state, keeps what it confirmed, and watchers catch up', {
      timeout: TIMEOUT_MS,
    }, async () => {
      const place = await placesOf(() => siteOf(server().url))();
      try {
        const [writer, reader] = [place.storage(), place.storage(place.listen ? { listen: place.listen } : {})];
        await writer.prepare();
        let heard = 0;
        reader.watch((revision) => (heard = revision));
        let confirmed = 0;
        for (let round = 0; round < ROUNDS; round++) {
          let isOver = false;
          const work = [writePairs(writer, round, () => isOver), readPairs(reader, () => isOver)] as const;
          await pause(300);
          await (round % 2 === 0 ? server().kill() : server().restart());
          await pause(300);
          isOver = true;
          const [written, torn] = await Promise.all(work);
          confirmed += written;
          expect(torn).toBe(0);
        }
        const revision = await writer.revision();
        expect(revision).toBeGreaterThanOrEqual(confirmed);
        await expect.poll(() => heard, { timeout: 30_000 }).toBe(revision);
        expect(await everythingIn(writer)).toEqual(await everythingIn(await replayed(writer)));
      } finally {
        await place.dispose();
      }
    });
  });
}
