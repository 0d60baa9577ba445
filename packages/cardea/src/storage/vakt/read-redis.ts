import { CardeaError, quote } from '../../errors.ts';
import type { UnreadVaktPolicy, VaktBatch, VaktDatabase } from '../../ports/vakt-database.ts';

/**
 * What is needed of a client of Redis: `sendCommand`, as node-redis has it. Of ioredis make it
 * `{ sendCommand: ([name, ...args]) => redis.call(name, ...args) }`. Texts and bytes are both taken as values.
 */
export interface VaktRedis {
  sendCommand(command: string[]): Promise<unknown>;
}

/** Which hash is read. */
export interface VaktRedisOptions {
  /** The key of the hash; vakt's own `vakt_policies` when absent. */
  readonly collection?: string;
}

/**
 * The policies that vakt's `RedisStorage` keeps with its `JSONSerializer`. What its default serializer pickled is
 * refused: a pickle is a program.
 *
 * @example
 * ```ts
 * const client = await createClient({ url: 'redis://127.0.0.1' }).connect();
 * const report = await importVaktDatabase(readVaktRedis(client), storage, { checker: 'rules' });
 * ```
 */
export function readVaktRedis(client: VaktRedis, options: VaktRedisOptions = {}): VaktDatabase {
  const { collection = 'vakt_policies' } = options;
  return {
    // Nothing in Redis says it: vakt has no migrations of it.
    version: () => Promise.resolve(undefined),
    batches: (size) => batchesOf(client, collection, size),
  };
}

type Value = string | Uint8Array;

async function* batchesOf(client: VaktRedis, key: string, size: number): AsyncIterable<VaktBatch> {
  // A scan tells a field again where the hash grows or shrinks meanwhile.
  const seen = new Set<string>();
  let waiting: (readonly [field: string, value: Value])[] = [];
  let cursor = '0';
  do {
    const reply = await client.sendCommand(['HSCAN', key, cursor, 'COUNT', String(size)]);
    const page = pageOf(reply);
    for (const [field, value] of page.entries) {
      if (seen.has(field)) continue;
      seen.add(field);
      waiting.push([field, value]);
    }
    for (; waiting.length >= size; waiting = waiting.slice(size)) yield batchOf(waiting.slice(0, size));
    cursor = page.cursor;
  } while (cursor !== '0');
  if (waiting.length > 0) yield batchOf(waiting);
}

function batchOf(entries: readonly (readonly [string, Value])[]): VaktBatch {
  const unread: UnreadVaktPolicy[] = [];
  const values: Value[] = [];
  for (const [uid, value] of entries) {
    if (isPickle(value)) unread.push({ uid, message: PICKLED });
    else values.push(value);
  }
  return { source: { values }, unread };
}

const PICKLED =
  'the policy is pickled, as the default serializer of vakt does, and a pickle of a live database is never read: ' +
  'let vakt write it again through a storage with the JSONSerializer';

/**
 * Whether a value begins as pickles do: with 0x80 since protocol 2, which a client that reads texts has made U+FFFD of;
 * with `c` or `(` before. No JSON of a policy does.
 */
function isPickle(value: Value): boolean {
  if (typeof value !== 'string') return [0x80, 0x63, 0x28].includes(value[0] ?? 0);
  return /^[\u0080\ufffdc(]/.test(value);
}

interface Page {
  readonly cursor: string;
  readonly entries: readonly (readonly [field: string, value: Value])[];
}

function pageOf(reply: unknown): Page {
  const [cursor, flat] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (!isValue(cursor) || !Array.isArray(flat) || !flat.every(isValue)) throw unexpected(reply);
  const entries = Array.from({ length: Math.floor(flat.length / 2) }, (_, at) => {
    const [field, value] = flat.slice(at * 2, at * 2 + 2) as [Value, Value];
    return [textOf(field), value] as const;
  });
  return { cursor: textOf(cursor), entries };
}

function isValue(value: unknown): value is Value {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : new TextDecoder('utf-8').decode(value);
}

function unexpected(reply: unknown): CardeaError {
  return new CardeaError('CARDEA_IO', `the client answered HSCAN with something else than a page: ${quote(reply)}`);
}
