import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CompiledQuery, Kysely, type LogEvent, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import type { LosslessJson } from '../src/syntax/vakt/index.ts';
import type { VaktPlaceToWrite } from './vakt-itself.ts';
import { losslessText, uidText } from './vakt-vectors.ts';

type Members = ReadonlyMap<string, LosslessJson>;

/** A database of SQL with the tables that vakt makes. */
export interface VaktTablesDatabase {
  readonly kysely: Kysely<Schema>;
  /** The same for vakt. */
  readonly place: VaktPlaceToWrite;
  readonly bindsBooleans: boolean;
  /** Every statement since the last call. */
  readonly statements: () => readonly string[];
  readonly dispose: () => Promise<void>;
}

interface Schema {
  readonly vakt_policies: Row;
  readonly vakt_policy_subjects: Row;
  readonly vakt_policy_actions: Row;
  readonly vakt_policy_resources: Row;
  readonly vakt_migrations: Row;
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** How a database is opened. */
export interface OpenOptions {
  readonly withoutTables?: true;
}

/** An empty one in a file of its own. */
export async function sqliteTables(options: OpenOptions = {}): Promise<VaktTablesDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-vakt-'));
  const file = join(folder, 'vakt.db');
  const heard = listening();
  const dialect = new SqliteDialect({ database: new Database(file) });
  const kysely = new Kysely<Schema>({ dialect, log: heard.log });
  const dispose = async (): Promise<void> => {
    await kysely.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
  const place = { kind: 'sqlite', url: `sqlite:///${file}`, name: '' } as const;
  return made({ kysely, place, statements: heard.statements, dispose, bindsBooleans: false }, options);
}

/** An empty one in a schema of its own. */
export async function postgresTables(url: string, options: OpenOptions = {}): Promise<VaktTablesDatabase> {
  const schema = `cardea_vakt_${randomUUID().slice(0, 8)}`;
  const heard = listening();
  const pool = new Pool({ connectionString: url, options: `-c search_path=${schema}`, max: 2 });
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log: heard.log });
  await run(kysely, `create schema ${schema}`);
  const dispose = async (): Promise<void> => {
    await run(kysely, `drop schema ${schema} cascade`);
    await kysely.destroy();
  };
  const place = { kind: 'postgres', url: url.replace(/^postgres:/, 'postgresql:'), name: schema } as const;
  return made({ kysely, place, statements: heard.statements, dispose, bindsBooleans: true }, options);
}

/** An empty one in a database of its own. */
export async function mariadbTables(url: string, options: OpenOptions = {}): Promise<VaktTablesDatabase> {
  const name = `cardea_vakt_${randomUUID().slice(0, 8)}`;
  const heard = listening();
  const admin = new Kysely<Schema>({ dialect: new MysqlDialect({ pool: createPool(url) }) });
  await run(admin, `create database ${name}`);
  const own = Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const kysely = new Kysely<Schema>({ dialect: new MysqlDialect({ pool: createPool(own) }), log: heard.log });
  const dispose = async (): Promise<void> => {
    await kysely.destroy();
    await run(admin, `drop database ${name}`);
    await admin.destroy();
  };
  const place = { kind: 'mariadb', url: own.replace(/^\w+:/, 'mysql+pymysql:'), name } as const;
  return made({ kysely, place, statements: heard.statements, dispose, bindsBooleans: true }, options);
}

interface Listening {
  readonly log: (event: LogEvent) => void;
  readonly statements: () => readonly string[];
}

function listening(): Listening {
  const heard: string[] = [];
  return { log: ({ query }) => void heard.push(query.sql), statements: () => heard.splice(0) };
}

// As SQLAlchemy makes them of vakt's models.
async function made(database: VaktTablesDatabase, { withoutTables }: OpenOptions): Promise<VaktTablesDatabase> {
  const { kysely } = database;
  if (withoutTables === true) return database;
  await run(
    kysely,
    `create table vakt_policies (uid varchar(255) not null primary key, type smallint, description text, effect boolean, context json)`,
  );
  for (const name of ['subject', 'resource', 'action'])
    await run(
      kysely,
      `create table vakt_policy_${name}s (id integer not null primary key, uid varchar(255) references vakt_policies (uid) on delete cascade, ${name} json, ${name}_string varchar(255), ${name}_regex varchar(520))`,
    );
  return database;
}

async function run(kysely: Kysely<Schema>, statement: string): Promise<void> {
  await kysely.executeQuery(CompiledQuery.raw(statement));
}

/** The rows of one policy as vakt writes them: elements apart, JSON as a string of JSON. */
export interface PolicyRows {
  readonly policy: Row;
  readonly subjects: readonly Row[];
  readonly actions: readonly Row[];
  readonly resources: readonly Row[];
}

const ELEMENTS = ['subjects', 'actions', 'resources'] as const;

/** The rows of a policy, without the expressions that vakt keeps for its own queries. */
export function rowsOf(policy: Members): PolicyRows {
  const uid = uidText(policy.get('uid'));
  const elements = (name: (typeof ELEMENTS)[number]): readonly Row[] =>
    (policy.get(name) as readonly LosslessJson[]).map((element) => ({
      uid,
      [name.slice(0, -1)]: typeof element === 'string' ? 'null' : JSON.stringify(losslessText(element)),
      [`${name.slice(0, -1)}_string`]: typeof element === 'string' ? element : null,
    }));
  const description = policy.get('description') ?? null;
  return {
    policy: {
      uid,
      type: policy.get('type') === 2n ? 2 : 1,
      description: typeof description === 'string' ? description : null,
      effect: policy.get('effect') === 'allow',
      context: JSON.stringify(losslessText(policy.get('context') ?? null)),
    },
    subjects: elements('subjects'),
    actions: elements('actions'),
    resources: elements('resources'),
  };
}

/** Whether the tables keep a policy: an element is encoded alone, an effect is a boolean, and a description a text. */
export function isKept(policy: Members): boolean {
  const [effect, description] = ['effect', 'description'].map((name) => policy.get(name) ?? null);
  const text = losslessText(policy);
  return (
    ['allow', 'deny'].includes(effect as string) &&
    (description === null || typeof description === 'string') &&
    !text.includes('py/id') &&
    ['subjects', 'actions', 'resources'].every((name) => Array.isArray(policy.get(name)))
  );
}

/** Takes all rows away and writes others. */
export async function fill(database: VaktTablesDatabase, policies: readonly PolicyRows[]): Promise<void> {
  const { kysely } = database;
  for (const name of ELEMENTS) await kysely.deleteFrom(`vakt_policy_${name}`).execute();
  await kysely.deleteFrom('vakt_policies').execute();
  const rows = policies.map(({ policy }) => bound(policy, database));
  for (let at = 0; at < rows.length; at += CHUNK)
    await kysely
      .insertInto('vakt_policies')
      .values(rows.slice(at, at + CHUNK))
      .execute();
  for (const name of ELEMENTS) {
    const elements = policies.flatMap((each) => each[name]).map((row, at) => ({ ...bound(row, database), id: at + 1 }));
    for (let at = 0; at < elements.length; at += CHUNK)
      await kysely
        .insertInto(`vakt_policy_${name}`)
        .values(elements.slice(at, at + CHUNK))
        .execute();
  }
}

const CHUNK = 200;

/** A row as the driver takes it: SQLite has no booleans. */
function bound(row: Row, { bindsBooleans }: VaktTablesDatabase): Row {
  if (bindsBooleans) return row;
  const columns = Object.entries(row);
  return Object.fromEntries(columns.map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]));
}
