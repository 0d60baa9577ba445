import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holding } from '../../test/keyed.ts';
import { attr, test, value } from '../ast/build.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { PolicyIndex } from './policy-index.ts';

// Memory is shared between threads only where a page is isolated from others: these tests are for Node.
const allocate = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  (async () => {
    const { PolicyIndex } = await import(workerData.engine);
    const { functionTable } = await import(workerData.functions);
    let index;
    parentPort.on('message', ({ shared, inquiry }) => {
      try {
        if (shared !== undefined) index = PolicyIndex.attach(shared, functionTable());
        const found = index.find(inquiry).map(({ uid }) => uid);
        parentPort.postMessage({ found, allowed: index.allows(inquiry, 'error') });
      } catch (error) {
        parentPort.postMessage({ code: error.code });
      }
    });
    parentPort.postMessage('ready');
  })();
`;

function policy(uid: string, subject: string): LoweredPolicy {
  const condition = test('eq', attr('subject'), value(subject));
  return { uid, effect: 'allow', priority: 0, obligations: [], ...holding(condition) };
}

function template(uid: string): LoweredPolicy {
  const condition = test('eq', attr('subject'), { kind: 'slot', name: 'user' });
  return { uid, effect: 'allow', priority: 0, obligations: [], ...holding(condition), slots: ['user'] };
}

function filled(): PolicyIndex {
  const index = new PolicyIndex(functionTable(), { allocate });
  index.load([...Array.from({ length: 3_000 }, (_, at) => policy(`p${at}`, `user${at % 1_000}`)), template('acl')]);
  index.apply([{ type: 'link', template: 'acl', values: ['user7'] }]);
  return index;
}

describe('an index in shared memory', () => {
  let worker: Worker;
  const ask = async (message: object): Promise<unknown> => {
    worker.postMessage(message, []);
    const [answer] = (await once(worker, 'message')) as readonly unknown[];
    return answer;
  };
  const inquiry: Inquiry = { subject: 'user7' };

  beforeAll(async () => {
    worker = new Worker(WORKER, {
      eval: true,
      execArgv: ['--conditions=cardea-source', '--experimental-strip-types', '--no-warnings'],
      workerData: {
        engine: new URL('./policy-index.ts', import.meta.url).href,
        functions: new URL('../syntax/functions/table.ts', import.meta.url).href,
      },
    });
    await once(worker, 'message');
  });
  afterAll(async () => {
    await worker.terminate();
  });

  it('is decided over by a worker thread, in the memory of its owner', async () => {
    const index = filled();
    const shared = index.share();
    expect(
      shared.arrays.records.every(({ buffer }) => buffer instanceof SharedArrayBuffer || buffer.byteLength < 1e4),
    ).toBe(true);
    expect(await ask({ shared, inquiry })).toEqual({
      found: ['p7', 'p1007', 'p2007', 'acl["user7"]'],
      allowed: true,
    });
    expect(await ask({ inquiry: { subject: 'nobody' } })).toEqual({ found: [], allowed: false });
  });

  it('answers nothing in the worker thread once its owner has changed it, until it is attached anew', async () => {
    const index = filled();
    expect(await ask({ shared: index.share(), inquiry })).toMatchObject({ allowed: true });
    index.remove('p7');
    expect(await ask({ inquiry })).toEqual({ code: 'CARDEA_CONFLICT' });
    expect(await ask({ shared: index.share(), inquiry })).toMatchObject({ found: ['p1007', 'p2007', 'acl["user7"]'] });
  });

  it('is not changed by those it is shared with', () => {
    const attached = PolicyIndex.attach(filled().share(), functionTable());
    expect(() => attached.put(policy('x', 'max'))).toThrow('an attached index is for reading');
  });

  it('is refused where it was changed before it was attached', () => {
    const index = filled();
    const shared = index.share();
    index.remove('p7');
    expect(() => PolicyIndex.attach(shared, functionTable())).toThrow('the policies have changed');
  });

  it('is not shared where its memory is its own', () => {
    expect(() => new PolicyIndex(functionTable()).share()).toThrow('is not shared');
  });
});
