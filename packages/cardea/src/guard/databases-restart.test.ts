import { expect, it } from 'vitest';
import type { OwnServer } from '../../../../scripts/services/own-server.ts';
import { describeOwnServer } from '../../../../test/own-server.ts';
import { faultRounds } from '../../../../test/runs.ts';
import { type DatabaseSite, mariadbSite, mongoSite, postgresSite, redisSite } from '../../test/database-sites.ts';
import { type DatabaseAddress, openDatabase } from '../../test/open-database.ts';
import { allowing, denying } from '../../test/policies.ts';
import type { Storage } from '../ports/storage.ts';
import { Guard } from './guard.ts';

const ROUNDS = faultRounds();
const TIMEOUT_MS = ROUNDS * 60_000;

interface Case {
  readonly server: 'postgres' | 'mariadb' | 'mongodb' | 'redis';
  readonly siteOf: (url: string) => DatabaseSite | Promise<DatabaseSite>;
  /** Whether a client gets to a server again that was killed under it. */
  readonly isFoundAgain: boolean;
}

const CASES: readonly Case[] = [
  { server: 'postgres', siteOf: postgresSite, isFoundAgain: true },
  { server: 'mariadb', siteOf: mariadbSite, isFoundAgain: true },
  // The driver (7.9) polls servers that have no streaming heartbeat, as FerretDB. A heartbeat that it writes to a socket
  // that is destroyed and not closed yet waits for `drain`, and nothing looks for the server from then on.
  { server: 'mongodb', siteOf: impatientMongoSite, isFoundAgain: false },
  { server: 'redis', siteOf: redisSite, isFoundAgain: true },
];

function impatientMongoSite(url: string): DatabaseSite {
  const impatient = new URL(url);
  impatient.searchParams.set('serverSelectionTimeoutMS', '2000');
  return mongoSite(impatient.href);
}

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

/** Whoever writes, and the guards that others ask, each kind over the connections of a process. */
interface Users {
  readonly writer: Storage;
  readonly guards: readonly Guard[];
  readonly close: () => Promise<void>;
}

async function usersOf(address: DatabaseAddress): Promise<Users> {
  const opened = await Promise.all([openDatabase(address), openDatabase(address)]);
  const [{ storage: writer }, { storage: reader }] = opened;
  const guards = [{}, { policies: 'on-demand' } as const].map((mode) => new Guard(reader, mode));
  const close = async (): Promise<void> => {
    await Promise.all(guards.map((guard) => guard.close()));
    await Promise.all(opened.map((database) => database.close()));
  };
  return { writer, guards, close };
}

for (const { server: name, siteOf, isFoundAgain } of CASES) {
  describeOwnServer(name, `guards over a ${name} that is killed and started again`, (server) => {
    it('never-torn: each answer is of a whole revision or none, and they catch up', {
      timeout: TIMEOUT_MS,
    }, async () => {
      const { address, remove } = await siteOf(server().url);
      let users = await usersOf(address);
      const replaceUsers = async (): Promise<void> => {
        await users.close();
        users = await usersOf(address);
      };
      try {
        await users.writer.apply([allowing('a'), denying('d')].map((policy) => ({ type: 'add', policy })));
        for (let round = 0; round < ROUNDS; round++) {
          expect(await tornIn(round, server(), users.writer, users.guards)).toEqual([]);
          if (!isFoundAgain) await replaceUsers();
        }
        await users.writer.add(allowing('last', { subjects: ['nobody'] }));
        const revision = await users.writer.revision();
        for (const guard of users.guards) {
          await expect.poll(async () => (await guard.check(max)).revision, { timeout: 60_000 }).toBe(revision);
          expect(guard.lag().failure).toBeUndefined();
        }
      } finally {
        await users.close();
        await remove();
      }
    });
  });
}
