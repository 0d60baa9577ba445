import type { Json } from '../ast/json.ts';
import { isCardeaError } from '../errors.ts';
import { BinaryReader, BinaryWriter, invalidSnapshot } from './binary.ts';
import { exactJson } from './exact-json.ts';
import { ARRAY_TABLES, type IndexState } from './index-tables.ts';
import type { Allocate } from './memory.ts';

const TAG = 'indx';
/** Raised with whatever makes the tables of an index read differently. */
const VERSION = 2;

/** An index as one buffer, in sections that each have a checksum. */
export function writeSnapshot({ json, arrays }: IndexState, meta: Json): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.section(TAG, VERSION, (body) => writeJson(body, { json, meta }));
  for (const name of ARRAY_TABLES) writer.arrays(tagOf(name), VERSION, arrays[name]);
  return writer.toBytes();
}

/**
 * What {@link writeSnapshot} wrote, in arrays of its own. No policy is parsed.
 *
 * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for whatever is not exactly that
 */
export function readSnapshot(
  bytes: Uint8Array,
  allocate: Allocate,
): { readonly state: IndexState; readonly meta: Json } {
  return refusing(() => {
    const reader = BinaryReader.open(bytes);
    const body = reader.section(TAG, VERSION);
    const { json, meta } = readJson(body) as { json: Json; meta: Json };
    body.end();
    const tables = ARRAY_TABLES.map((name) => [name, reader.arrays(tagOf(name), VERSION, allocate)] as const);
    reader.end();
    return { state: { json, arrays: Object.fromEntries(tables) as IndexState['arrays'] }, meta };
  });
}

/** What `read` makes of a snapshot; whatever else it throws, the snapshot is to blame. */
export function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isCardeaError(error) && error.code === 'CARDEA_INVALID_SNAPSHOT') throw error;
    throw invalidSnapshot('its parts do not fit together');
  }
}

// As UTF-8, which is quicker to read than a text unit by unit; in JSON lone surrogates are escaped.
function writeJson(body: BinaryWriter, json: Json): void {
  const bytes = new TextEncoder().encode(exactJson(json));
  const words = new Int32Array((bytes.length + 3) >> 2);
  new Uint8Array(words.buffer).set(bytes);
  body.int(bytes.length);
  body.ints(words);
}

function readJson(body: BinaryReader): Json {
  const length = body.int();
  const words = body.ints();
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength).subarray(0, length);
  return JSON.parse(new TextDecoder().decode(bytes)) as Json;
}

function tagOf(name: string): string {
  return name.slice(0, 4);
}
