import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import type typeormAdapter from 'typeorm-adapter';
import { adapterSuite } from './adapter-suite.ts';

type Adapter = Awaited<ReturnType<typeof typeormAdapter.default.newAdapter>>;

// `import` of its CommonJS gives one default here and another one in Node
const { default: TypeORMAdapter } = createRequire(import.meta.url)('typeorm-adapter') as typeof typeormAdapter;

describe('typeorm-adapter on sql.js', () => {
  const location = join(tmpdir(), `cardea-typeorm-${process.pid}.sqlite`);
  afterAll(() => rmSync(location, { force: true }));

  adapterSuite({
    open: () =>
      TypeORMAdapter.newAdapter({ type: 'sqljs', location, autoSave: true, name: `${Math.random()}` } as never),
    close: (adapter) => (adapter as Adapter).close(),
    filter: [{ ptype: 'p', v0: 'alice' }, { ptype: 'g' }],
    batch: true,
    update: true,
    replaces: true,
  });
});
