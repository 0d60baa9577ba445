import { randomBytes } from 'node:crypto';
import { startContainer } from './container-engine.ts';
import { kill, restart, stop } from './engines.ts';
import { freePort } from './ports.ts';
import { PROGRAMS, startProgram } from './program-engine.ts';
import { readRecords, removeRecord, type ServerRecord, writeRecord } from './records.ts';
import type { ServerName } from './server.ts';

/** A server that nobody else uses. Its URL stays the same until it is stopped. */
export interface OwnServer {
  readonly url: string;
  /** Ends it in order and starts it again with its data; returns when it answers. */
  readonly restart: () => Promise<void>;
  /** Kills it (SIGKILL) and starts it again with what it had written; returns when it answers. */
  readonly kill: () => Promise<void>;
  /** Ends it and throws its data away. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a further server, in the way in which the shared one of that name runs. Throws where that one was not
 * started. `stopServices` stops it too, should whoever started it be gone.
 */
export async function startOwnServer(name: ServerName): Promise<OwnServer> {
  const shared = readRecords().get(name);
  if (shared === undefined) throw new Error(`\`${name}\` is not started`);
  const identity = `${name}-${randomBytes(4).toString('hex')}`;
  let record = await startLike(shared);
  writeRecord(identity, record);
  const renew = async (change: (record: ServerRecord) => Promise<ServerRecord>): Promise<void> => {
    record = await change(record);
    writeRecord(identity, record);
  };
  return {
    url: record.url,
    restart: () => renew(restart),
    kill: () => renew(kill),
    stop: async () => {
      await stop(record);
      removeRecord(identity);
    },
  };
}

async function startLike({ name, engine }: ServerRecord): Promise<ServerRecord> {
  const place = { port: await freePort(), password: randomBytes(12).toString('hex') };
  if (engine === 'container') return startContainer(name, place);
  const programs = await PROGRAMS[name].find();
  if (programs === undefined) throw new Error(`the programs of \`${name}\` are gone`);
  return startProgram(name, programs, place);
}
