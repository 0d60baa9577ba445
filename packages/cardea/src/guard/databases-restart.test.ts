import { expect, it } from 'vitest';
import type { OwnServer } from '../../../../scripts/services/own-server.ts';
import { describeOwnServer } from '../../../../test/own-server.ts';
import { faultRounds } from '../../../../test/runs.ts';
import { type DatabaseSite, mariadbSite, postgresSite, redisSite } from '../../test/database-sites.ts';
import { openDatabase } from '../../test/open-database.ts';
import { allowing, denying } from '../../test/policies.ts';
import type { Storage } from '../ports/storage.ts';
import { Guard } from './guard.ts';

const ROUNDS = faultRounds();
const TIMEOUT_MS = ROUNDS * 60_000;

type MakeSite = (url: string) => DatabaseSite | Promise<DatabaseSite>;
/**
 * Not FerretDB: now and then it closes every connection after it was killed while it wrote, also when it is started again.
 * Whether what it then has on its disk can still be read is not known.
 */
const SITES: readonly (readonly [server: 'postgres' | 'mariadb' | 'redis', site: MakeSite])[] = [
  ['postgres', postgresSite],
  ['mariadb', mariadbSite],
  ['redis', redisSite],
];

/** An inquiry that the pairs of {@link Fault.write} are about. */
const max = { subject: 'max', action: 'get', resource: 'book' } as const;

/** What goes on while a server fails. */
class Fault {
  isOver = false;
  #written = 0;

  /** Takes an allow and a deny away together and adds others, over and over, whatever fails. */
  async write(storage: Storage, round: number): Promise<void> {
    while (!this.isOver) {
      const at = `${round}-${this.#written++}`;
      const replaced = storage
        .getAll(1000, 0)
        .then((left) =>
          storage.apply([
            ...left.map(({ uid }) => ({ type: 'delete', uid }) as const),
            ...[allowing(`a${at}`), denying(`d${at}`)].map((policy) => ({ type: 'add', policy }) as const),
          ]),
        );
      await replaced.catch(() => pause(20));
    }
  }

  /** Asks all the while; gives what was not the answer of a whole revision. */
  async ask(guard: Guard): Promise<readonly string[]> {
    const torn: string[] = [];
    while (!this.isOver) {
      const { outcome, deciders } = await guard.check(max);
      const isWhole = outcome === 'deny' && deciders.length === 1;
      if (!isWhole && outcome !== 'indeterminate') torn.push(`${outcome} by ${deciders.join()}`);
      await pause(5);
    }
    return torn;
  }
}

/** Kills the server while others write and ask; gives the answers that were of no whole revision. */
async function tornIn(
  round: number,
  server: OwnServer,
  writer: Storage,
  guards: readonly Guard[],
): Promise<readonly string[]> {
  const fault = new Fault();
  const work = Promise.all([fault.write(writer, round), ...guards.map((guard) => fault.ask(guard))]);
  await pause(200);
  await (round % 2 === 0 ? server.kill() : server.restart());
  await pause(200);
  fault.isOver = true;
  const [, ...torn] = await work;
  return torn.flat();
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

for (const [name, siteOf] of SITES) {
  describeOwnServer(name, `guards over a ${name} that is killed and started again`, (server) => {
    it('never-torn: each answer is of a whole revision or none, and they catch up', {
      timeout: TIMEOUT_MS,
    }, async () => {
      const { address, remove } = await siteOf(server().url);
      const opened = await Promise.all([openDatabase(address), openDatabase(address)]);
      const [{ storage: writer }, { storage: reader }] = opened;
      const guards = [{}, { policies: 'on-demand' } as const].map((mode) => new Guard(reader, mode));
      try {
        await writer.apply([allowing('a'), denying('d')].map((policy) => ({ type: 'add', policy })));
        for (let round = 0; round < ROUNDS; round++) expect(await tornIn(round, server(), writer, guards)).toEqual([]);
        await writer.add(allowing('last', { subjects: ['nobody'] }));
        const revision = await writer.revision();
        for (const guard of guards) {
          await expect.poll(async () => (await guard.check(max)).revision, { timeout: 60_000 }).toBe(revision);
          expect(guard.lag().failure).toBeUndefined();
        }
      } finally {
        await Promise.all(guards.map((guard) => guard.close()));
        await Promise.all(opened.map(({ close }) => close()));
        await remove();
      }
    });
  });
}
