import { errorMessage, type Issue, type Parsed } from 'cardea';
import {
  type LosslessJson,
  LosslessJsonError,
  parseLosslessJson,
  type VaktElementRow,
  type VaktPolicyRow,
  type VaktSource,
} from 'cardea/vakt';
import { decodeInput, inputLabel, readBytes } from './read-input.ts';
import { issuesFound, usageError } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** How vakt stored the policies that a file holds. */
export const VAKT_FORMATS = ['policies', 'mongo', 'sql', 'redis'] as const;

/** One of {@link VAKT_FORMATS}. */
export type VaktFormat = (typeof VAKT_FORMATS)[number];

/** The stored policies of some files, and where each came from. */
export interface VaktFiles {
  readonly source: VaktSource;
  /** The file of the policy at an index of the source, and its place there, from 0. */
  readonly placeOf: (index: number) => { readonly file: string; readonly at: number };
}

/**
 * Reads what vakt stored from files, or from the standard input for `-`.
 *
 * @throws with every issue of every file
 */
export async function readVaktFiles(
  terminal: Terminal,
  paths: readonly string[],
  format: VaktFormat,
): Promise<VaktFiles> {
  if (format === 'sql' && paths.length > 1)
    throw usageError('--format sql takes one file, which holds the four tables');
  const issues: Issue[] = [];
  const items: unknown[] = [];
  const origins: { readonly file: string; readonly at: number }[] = [];
  for (const path of paths) {
    const found = await readFile(terminal, path, format);
    if (!found.ok) issues.push(...found.issues);
    else
      for (const [at, item] of found.value.entries()) {
        items.push(item);
        origins.push({ file: inputLabel(path), at });
      }
  }
  if (issues.length > 0) throw issuesFound(issues);
  return { source: sourceOf(items, format), placeOf: (index) => origins[index] ?? { file: paths[0] ?? '', at: index } };
}

const MOST_BYTES = 512 * 1024 * 1024;
/** The first byte of a pickle of protocol 2 or later. It begins no text in UTF-8. */
const PICKLE = 0x80;

async function readFile(terminal: Terminal, path: string, format: VaktFormat): Promise<Parsed<readonly unknown[]>> {
  const bytes = await readBytes(terminal, path, { maxBytes: MOST_BYTES });
  if (!bytes.ok) return bytes;
  if (format === 'redis' && bytes.value[0] === PICKLE) return { ok: true, value: [bytes.value] };
  const text = decodeInput(path, bytes.value);
  if (!text.ok) return text;
  try {
    return { ok: true, value: ITEMS[format](text.value.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { ok: false, issues: [issueOf(error, text.value, inputLabel(path))] };
  }
}

const ITEMS: Readonly<Record<VaktFormat, (text: string) => readonly unknown[]>> = {
  policies: jsonItems,
  mongo: jsonItems,
  redis: (text) => jsonItems(text).flatMap(redisValues),
  sql: (text) => [tablesOf(text)],
};

function sourceOf(items: readonly unknown[], format: VaktFormat): VaktSource {
  switch (format) {
    case 'policies':
      return { texts: items as readonly object[] };
    case 'mongo':
      return { documents: items };
    case 'redis':
      return { values: items as readonly (string | Uint8Array)[] };
    case 'sql':
      return { tables: items[0] as ReturnType<typeof tablesOf> };
  }
}

/** A list of values, one value, or one value a line. */
function jsonItems(text: string): readonly LosslessJson[] {
  if (text.trim() === '') throw new Error('the file is empty');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1 && isJson(lines[0] ?? '')) return lines.map(parseLosslessJson);
  const whole = parseLosslessJson(text);
  return Array.isArray(whole) ? (whole as readonly LosslessJson[]) : [whole];
}

function isJson(line: string): boolean {
  try {
    parseLosslessJson(line);
    return true;
  } catch {
    // The value goes on in the next line.
    return false;
  }
}

/** What `redis-cli --json HGETALL` prints, or a list of values; a pickle is `{ "base64": … }`. */
function redisValues(item: LosslessJson): readonly (string | Uint8Array)[] {
  if (typeof item === 'string') return [item];
  if (!(item instanceof Map)) throw new Error('a value of Redis is a string');
  const members = item as ReadonlyMap<string, LosslessJson>;
  const pickled = members.get('base64');
  if (members.size === 1 && typeof pickled === 'string') return [Buffer.from(pickled, 'base64')];
  return [...members.values()].flatMap(redisValues);
}

interface Tables {
  readonly policies: readonly VaktPolicyRow[];
  readonly subjects: readonly VaktElementRow[];
  readonly actions: readonly VaktElementRow[];
  readonly resources: readonly VaktElementRow[];
}

function tablesOf(text: string): Tables {
  // Parsed once for the position of an error, and once for plain rows.
  parseLosslessJson(text);
  const tables: unknown = JSON.parse(text);
  const rows = (name: keyof Tables, table: string): readonly VaktElementRow[] => {
    const found = memberOf(tables, table) ?? memberOf(tables, name);
    if (!Array.isArray(found)) throw new Error(`the tables of vakt are one object: \`${table}\` is no list of rows`);
    if (found.some((row) => memberOf(row, 'uid') === undefined))
      throw new Error(`a row of \`${table}\` has no \`uid\``);
    return found as readonly VaktElementRow[];
  };
  return {
    policies: rows('policies', 'vakt_policies') as readonly (VaktElementRow & VaktPolicyRow)[],
    subjects: rows('subjects', 'vakt_policy_subjects'),
    actions: rows('actions', 'vakt_policy_actions'),
    resources: rows('resources', 'vakt_policy_resources'),
  };
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function issueOf(error: unknown, text: string, file: string): Issue {
  const issue = { code: 'CARDEA_INVALID_DOCUMENT', message: errorMessage(error), path: [], file } as const;
  if (!(error instanceof LosslessJsonError)) return issue;
  const before = text.slice(0, error.offset).split('\n');
  return { ...issue, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
