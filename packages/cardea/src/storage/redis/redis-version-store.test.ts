import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { newPrefix } from '../../../test/redis-connections.ts';
import { versionStoreCases } from '../../../test/version-store-cases.ts';
import { redisVersionStore } from './redis-version-store.ts';

describeService('redis', 'redisVersionStore', (url) => {
  const client = createClient({ url });
  const prefix = newPrefix();
  beforeAll(() => client.connect());
  afterEach(() => client.del(`{${prefix}}:migrations`));
  afterAll(() => client.destroy());
  versionStoreCases(async () => () => redisVersionStore(client, { prefix }));
});
