import { MongoClient } from 'mongodb';
import { afterAll, afterEach } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { versionStoreCases } from '../../../test/version-store-cases.ts';
import { mongoVersionStore } from './mongo-version-store.ts';

describeService('mongodb', 'mongoVersionStore', (url) => {
  const client = new MongoClient(url);
  const database = client.db(`cardea_migrations_${process.pid}`);
  afterEach(() => database.dropDatabase());
  afterAll(() => client.close());
  versionStoreCases(async () => () => mongoVersionStore(database));
});
