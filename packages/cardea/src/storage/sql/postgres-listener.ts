import type { Revision } from '../../model/decision.ts';
import { type SqlSession, textOf } from './sql-session.ts';
import { sql, type SqlText } from './sql-text.ts';

/** What a client of PostgreSQL has to be able to do to be listened to: `Client` of `pg` fits as it is. */
export interface PostgresListener {
  query(statement: string): Promise<unknown>;
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  end(): Promise<void>;
}

/** Connects a client that nobody else uses; called again after its connection was lost. */
export type PostgresConnect = () => Promise<PostgresListener>;

interface Listening {
  readonly connect: PostgresConnect;
  readonly head: SqlText;
  readonly session: SqlSession;
  readonly listener: (revision: Revision) => void;
  readonly failed: (error: unknown) => void;
}

/** Listens on the channel of a table; returns how to stop. */
export async function listenToPostgres({
  connect,
  head,
  session,
  listener,
  failed,
}: Listening): Promise<() => Promise<void>> {
  const row = await session.row(sql`select 'cardea_' || to_regclass(${head.text}::text)::oid::text as channel`);
  const client = await connect();
  let isOver = false;
  const lose = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    failed(error);
    void endLost(client);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the connection that listened was ended')));
  client.on('notification', ({ payload }) => {
    const revision = Number(payload);
    if (!isOver && Number.isSafeInteger(revision)) listener(revision);
  });
  try {
    await client.query(`listen ${textOf(row?.['channel'])}`);
  } catch (error) {
    isOver = true;
    await client.end();
    throw error;
  }
  return async () => {
    if (isOver) return;
    isOver = true;
    await client.end();
  };
}

async function endLost(client: PostgresListener): Promise<void> {
  try {
    await client.end();
  } catch {
    // It is gone anyway, and why was told before.
  }
}
