import Database from 'better-sqlite3';
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { MongoClient } from 'mongodb';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { connectNats } from '../../test/connect-nats.ts';
import { describeService } from '../../test/services.ts';

describeService('postgres', 'PostgreSQL', (url) => {
  it('answers what was written, over the driver that storages use', async () => {
    await expectSum(new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }) }));
  });
});

describeService('mariadb', 'MariaDB', (url) => {
  it('answers what was written, over the driver that storages use', async () => {
    await expectSum(new Kysely({ dialect: new MysqlDialect({ pool: createPool(url) }) }));
  });
});

it('SQLite answers what was written, over the driver that storages use', async () => {
  await expectSum(new Kysely({ dialect: new SqliteDialect({ database: new Database(':memory:') }) }));
});

describeService('redis', 'Redis', (url) => {
  it('answers what was written, over the driver that storages use', async () => {
    const client = await createClient({ url }).connect();
    try {
      await client.set('cardea-drivers', 'kept', { expiration: { type: 'EX', value: 60 } });
      expect(await client.get('cardea-drivers')).toBe('kept');
    } finally {
      client.destroy();
    }
  });
});

describeService('mongodb', 'MongoDB wire protocol', (url) => {
  it('answers what was written, over the driver that storages use', async () => {
    const client = new MongoClient(url);
    const documents = client.db('cardea_drivers').collection<{ keys: string[] }>('documents');
    try {
      await documents.createIndex({ keys: 1 });
      await documents.insertOne({ keys: ['a', 'b'] });
      expect(await documents.findOne({ keys: { $in: ['b', 'c'] } })).toMatchObject({ keys: ['a', 'b'] });
    } finally {
      await client.db('cardea_drivers').dropDatabase();
      await client.close();
    }
  });
});

describeService('nats', 'NATS', (url) => {
  it('hands on what was published, over the driver that a bus uses', async () => {
    const connection = await connectNats(url);
    try {
      const subscription = connection.subscribe('cardea.drivers', { max: 1 });
      connection.publish('cardea.drivers', 'kept');
      const texts: string[] = [];
      for await (const message of subscription) texts.push(message.string());
      expect(texts).toEqual(['kept']);
    } finally {
      await connection.close();
    }
  });
});

interface Schema {
  readonly cardea_drivers: { readonly value: number };
}

async function expectSum(database: Kysely<Schema>): Promise<void> {
  try {
    await database.schema.dropTable('cardea_drivers').ifExists().execute();
    await database.schema.createTable('cardea_drivers').addColumn('value', 'integer').execute();
    await database
      .insertInto('cardea_drivers')
      .values([{ value: 40 }, { value: 2 }])
      .execute();
    const { rows } = await sql<{ total: unknown }>`select sum(value) as total from cardea_drivers`.execute(database);
    expect(Number(rows[0]?.total)).toBe(42);
    await database.schema.dropTable('cardea_drivers').execute();
  } finally {
    await database.destroy();
  }
}
