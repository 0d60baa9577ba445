import { randomUUID } from 'node:crypto';
import { MongooseAdapter } from 'casbin-mongoose-adapter';
import { describeService } from '../../../../test/services.ts';
import { adapterSuite } from './adapter-suite.ts';

describeService('mongodb', 'casbin-mongoose-adapter on the wire protocol of MongoDB', (url) => {
  const dbName = `casbin_${randomUUID().replaceAll('-', '')}`;

  adapterSuite({
    open: () => MongooseAdapter.newAdapter(url, { dbName }),
    close: (adapter) => (adapter as MongooseAdapter).close(),
    filter: { $or: [{ ptype: 'p', v0: 'alice' }, { ptype: 'g' }] },
    // in transactions only, which not all servers that speak the protocol have
    batch: false,
    update: true,
    replaces: false,
  });
});
