import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeArb, functions, IndexModel, someInquiryArb, tablesArb } from '../../test/index-model.ts';
import { holding } from '../../test/keyed.ts';
import { attr, test, value } from '../ast/build.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { functionTable } from '../syntax/functions/table.ts';
import type { EngineChange } from '../ports/engine.ts';
import type { IndexOptions } from './index-tables.ts';
import { PolicyIndex, type SharedIndex } from './policy-index.ts';

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

/** Memory that is shared from the start, and when the index is. */
const WAYS: readonly Pick<IndexOptions, 'allocate' | 'share'>[] = [{ allocate }, { share: allocate }];

function filled(way: IndexOptions = { allocate }): PolicyIndex {
  const index = new PolicyIndex(functionTable(), way);
  index.load([...Array.from({ length: 3_000 }, (_, at) => policy(`p${at}`, `user${at % 1_000}`)), template('acl')]);
  index.apply([{ type: 'link', template: 'acl', values: ['user7'] }]);
  return index;
}

const isPut = (change: EngineChange): boolean => change.type === 'put' && change.policy.slots === undefined;

/** The arrays in memory that is shared; the others are copied by whoever is handed them. */
function pagesOf({ arrays }: SharedIndex): readonly Int32Array[] {
  return Object.values(arrays)
    .flat()
    .filter(({ buffer }) => buffer instanceof SharedArrayBuffer);
}

/** Shares an index; what is given back holds what was shared against what it was then. */
function promiseOf(index: PolicyIndex, inquiry: Inquiry, tables: IndexOptions): () => void {
  const { json, arrays } = structuredClone(index.share());
  const words = pagesOf({ json, arrays }).map((page) => ({ page, copy: page.slice() }));
  const found = index.find(inquiry).map(({ uid, truth }) => ({ uid, truth }));
  return () => {
    for (const { page, copy } of words) expect(page.every((word, at) => word === copy[at])).toBe(true);
    const attached = PolicyIndex.attach({ json, arrays }, functions, tables);
    expect(attached.find(inquiry).map(({ uid, truth }) => ({ uid, truth }))).toEqual(found);
  };
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

  it.each(WAYS)('is decided over by a worker thread, in the memory of its owner: %o', async (way) => {
    const index = filled(way);
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

  it('stays in the worker thread as it was shared, until it is shared and attached anew', async () => {
    const index = filled();
    expect(await ask({ shared: index.share(), inquiry })).toMatchObject({ allowed: true });
    for (const uid of ['p7', 'p1007', 'p2007', 'acl']) index.remove(uid);
    expect(await ask({ inquiry })).toEqual({ found: ['p7', 'p1007', 'p2007', 'acl["user7"]'], allowed: true });
    expect(await ask({ shared: index.share(), inquiry })).toEqual({ found: [], allowed: false });
  });

  it('is not changed by those it is shared with', () => {
    const attached = PolicyIndex.attach(filled().share(), functionTable());
    expect(() => attached.put(policy('x', 'max'))).toThrow('an attached index is for reading');
  });

  it('shared-stays: no change of the owner touches a word of what was shared, with colliding keys', () => {
    const changes = fc.array(fc.array(changeArb, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(changes, someInquiryArb, tablesArb, fc.constantFrom(...WAYS), (rounds, asked, tables, way) => {
        const owner = new PolicyIndex(functions, { ...tables, ...way });
        const model = new IndexModel();
        const promises: (() => void)[] = [];
        for (const round of rounds) {
          owner.apply(model.makeAll(round));
          promises.push(promiseOf(owner, model.hitting(asked), tables));
          // What is undone has changed the memory too.
          expect(() => owner.apply([...round.filter(isPut), { type: 'link', template: 'none', values: [] }])).toThrow();
        }
        for (const isKept of promises) isKept();
      }),
    );
  });

  it.each(WAYS)('shared-stays: in tables of many pages, of which most changes touch few: %o', (way) => {
    const index = filled(way);
    const isKept = promiseOf(index, inquiry, {});
    const before = pagesOf(index.share());
    index.put(policy('p9999', 'user7'));
    const after = pagesOf(index.share());
    expect(after.filter((page) => !before.includes(page)).length).toBeLessThan(after.length / 2);
    for (let at = 0; at < 3_000; at += 2) index.remove(`p${at}`);
    for (let at = 0; at < 2_000; at++) index.apply([{ type: 'link', template: 'acl', values: [`user ${at}`] }]);
    isKept();
  });

  it('is not shared where its memory is its own', () => {
    expect(() => new PolicyIndex(functionTable()).share()).toThrow('is not shared');
  });
});
