import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENGINE_TIMEOUT, engineRuns } from '../../../../test/runs.ts';
import {
  changeArb,
  deciding,
  tablesArb,
  functions,
  IndexModel,
  loweredArb,
  someInquiryArb,
} from '../../test/index-model.ts';
import { holding } from '../../test/keyed.ts';
import { and, attr, call, test, value } from '../ast/build.ts';
import { canonicalJson, type Json, type JsonObject } from '../ast/json.ts';
import { conclude } from '../decide/conclude.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineChange } from '../ports/engine.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { readSnapshot } from './index-snapshot.ts';
import type { IndexOptions } from './index-tables.ts';
import { onHeap } from './memory.ts';
import { PolicyIndex } from './policy-index.ts';

const loadArb = fc.uniqueArray(loweredArb, { maxLength: 8, selector: ({ uid }) => uid });
const changesArb = fc.array(changeArb, { maxLength: 12 });
const inquiriesArb = fc.array(someInquiryArb, { minLength: 1, maxLength: 4 });

interface Built {
  readonly index: PolicyIndex;
  readonly model: IndexModel;
}

function build(loaded: readonly LoweredPolicy[], changes: readonly EngineChange[], tables: IndexOptions = {}): Built {
  const index = new PolicyIndex(functions, tables);
  const model = new IndexModel();
  index.load(loaded);
  for (const policy of loaded) model.make({ type: 'put', policy });
  // Some of them together and some one by one.
  const made = model.makeAll(changes);
  index.apply(made.slice(0, made.length >> 1));
  for (const change of made.slice(made.length >> 1)) index.apply([change]);
  return { index, model };
}

type Options = Parameters<IndexModel['decide']>[1];

function decideIndexed(index: PolicyIndex, inquiry: Inquiry, options: Options): Decision {
  return conclude(index.find(inquiry), inquiry, { ...options, functions, revision: 1 });
}

/** What is equal for two indexes that hold the same. */
function stateOf(index: PolicyIndex, inquiries: readonly Inquiry[]): unknown {
  const { bytes: _, candidates: __, slots: ___, shapes: ____, ...stats } = index.stats();
  const decisions = inquiries.map((inquiry) =>
    decideIndexed(index, inquiry, { combining: 'deny-overrides', unknownDeny: 'deny' }),
  );
  return { stats, policies: [...index.policies()].map(canonical), decisions };
}

function canonical(policy: LoweredPolicy): string {
  return canonicalJson(policy as unknown as Json);
}

describe('PolicyIndex', () => {
  it(
    'indexed ≡ reference: the whole decision, after any sequence of changes, with colliding keys',
    () => {
      fc.assert(
        fc.property(
          loadArb,
          changesArb,
          inquiriesArb,
          deciding,
          tablesArb,
          (loaded, changes, inquiries, options, tables) => {
            const { index, model } = build(loaded, changes, tables);
            for (const inquiry of [...inquiries, model.hitting(inquiries[0] as Inquiry)])
              expect(decideIndexed(index, inquiry, options)).toEqual(model.decide(inquiry, options));
          },
        ),
        engineRuns(),
      );
    },
    ENGINE_TIMEOUT,
  );

  it('allows ≡ find: the boolean question has the answer of the whole decision', () => {
    fc.assert(
      fc.property(loadArb, changesArb, inquiriesArb, tablesArb, (loaded, changes, inquiries, tables) => {
        const { index, model } = build(loaded, changes, tables);
        for (const inquiry of [...inquiries, model.hitting(inquiries[0] as Inquiry)]) {
          for (const unknownDeny of ['ignore', 'deny'] as const) {
            const { allowed } = decideIndexed(index, inquiry, { combining: 'deny-overrides', unknownDeny });
            expect(index.allows(inquiry, unknownDeny === 'deny' ? 'error-or-unknown' : 'error')).toBe(allowed);
          }
        }
      }),
    );
  });

  it('index-is-a-superset: whoever has a part in the decision is a candidate', () => {
    fc.assert(
      fc.property(loadArb, fc.array(loweredArb, { maxLength: 6 }), someInquiryArb, (loaded, put, inquiry) => {
        const changes = put.map((policy): EngineChange => ({ type: 'put', policy }));
        const { index, model } = build(loaded, changes);
        const candidates = new Set(index.candidates(inquiry).map(({ uid }) => uid));
        const decision = model.decide(inquiry, { combining: 'deny-overrides', unknownDeny: 'deny' });
        const involved = [...decision.candidates, ...decision.diagnostics.flatMap(({ uid }) => uid ?? [])];
        expect(involved.filter((uid) => !candidates.has(uid))).toEqual([]);
      }),
    );
  });

  it('hands back the policies as they were put, in the order of the storage, and counts them', () => {
    fc.assert(
      fc.property(loadArb, changesArb, tablesArb, (loaded, changes, tables) => {
        const { index, model } = build(loaded, changes, tables);
        const policies = [...model.policies.values()];
        expect([...index.policies()].map(canonical)).toEqual(policies.map(canonical));
        expect(index.stats()).toMatchObject({
          policies: policies.length,
          templates: policies.filter(({ slots }) => slots !== undefined).length,
          links: model.linkCount,
        });
      }),
    );
  });

  it('leaves nothing behind when every policy is removed', () => {
    fc.assert(
      fc.property(loadArb, changesArb, (loaded, changes) => {
        const { index, model } = build(loaded, changes);
        for (const uid of model.policies.keys()) index.remove(uid);
        expect(index.stats()).toMatchObject({
          policies: 0,
          templates: 0,
          links: 0,
          residual: 0,
          keys: 0,
          postings: 0,
          texts: 0,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('all-or-none: changes of which one fails change nothing', () => {
    const failing: readonly EngineChange[] = [
      { type: 'link', template: 'no such template', values: ['x'] },
      { type: 'put', policy: { ...emptyPolicy('t'), slots: ['stands nowhere'] } },
    ];
    fc.assert(
      fc.property(
        loadArb,
        changesArb,
        changesArb,
        fc.constantFrom(...failing),
        inquiriesArb,
        tablesArb,
        (loaded, changes, more, last, inquiries, tables) => {
          const { index, model } = build(loaded, changes, tables);
          const before = stateOf(index, inquiries);
          expect(() => index.apply([...model.makeAll(more), last])).toThrow();
          expect(stateOf(index, inquiries)).toEqual(before);
        },
      ),
    );
  });

  it.each<[string, EngineChange]>([
    ['another policy', { type: 'put', policy: emptyPolicy('t') }],
    ['other slots', { type: 'put', policy: templateOf('t', 'other') }],
    ['a link of two values', { type: 'link', template: 't', values: ['a', 'b'] }],
    ['a link of nothing', { type: 'link', template: 't', values: [undefined as never] }],
  ])('refuses %s for a template that has links', (_, change) => {
    const index = new PolicyIndex(functions);
    index.load([templateOf('t', 'user')]);
    index.apply([{ type: 'link', template: 't', values: ['max'] }]);
    expect(() => index.apply([change])).toThrow();
    expect(index.find({ subject: 'max' }).map(({ uid }) => uid)).toEqual(['t["max"]']);
  });

  it('survives a function that decides with the same index', () => {
    const seen: number[] = [];
    const nested = {
      name: 'nested',
      meaning: 'asks again',
      call: () => seen.push(index.find({ subject: 'other' }).length) > 0,
    };
    const table = functionTable([nested]);
    const index: PolicyIndex = new PolicyIndex(table);
    const conditions = [test('eq', attr('subject'), value('other')), test('isTrue', call('nested'))];
    const policies = conditions.map(
      (condition, at): LoweredPolicy => ({
        ...emptyPolicy(String(at)),
        ...holding(at === 0 ? condition : and(test('eq', attr('subject'), value('max')), condition)),
      }),
    );
    index.load(policies);
    expect(index.find({ subject: 'max' }).map(({ uid }) => uid)).toEqual(['1']);
    expect(index.allows({ subject: 'max' }, 'error')).toBe(true);
    expect(seen).toEqual([1, 1]);
  });

  it('refuses to be changed by a function that a decision calls, and while policies are read for it', () => {
    const changing = { name: 'changing', meaning: 'writes', call: () => index.put(emptyPolicy('x')) === undefined };
    const index: PolicyIndex = new PolicyIndex(functionTable([changing]));
    index.load([{ ...emptyPolicy('a'), ...holding(test('isTrue', call('changing'))) }]);
    expect(index.find({}).map(({ truth }) => truth)).toEqual(['error']);
    expect(() =>
      index.apply(
        (function* () {
          index.find({});
          yield { type: 'remove', uid: 'a' } as const;
        })(),
      ),
    ).toThrow('being changed');
    expect(index.size).toBe(1);
  });

  it('keeps the order of the storage when the sequences are used up', () => {
    const first = new PolicyIndex(functions);
    first.load(['c', 'b', 'a', 'x'].map(emptyPolicy));
    first.remove('x');
    const { json, arrays } = readSnapshot(first.toSnapshot(), onHeap).state;
    const state = { json: { ...(json as JsonObject), nextSequence: 0xf000_0001 }, arrays };
    const index = new PolicyIndex(functions, {}, state);
    for (const uid of ['e', 'd', 'b']) index.put(emptyPolicy(uid));
    expect([...index.policies()].map(({ uid }) => uid)).toEqual(['c', 'b', 'a', 'e', 'd']);
    expect(index.find({}).map(({ uid }) => uid)).toEqual(['c', 'b', 'a', 'e', 'd']);
  });

  it('hands out obligations that nobody can change', () => {
    const index = new PolicyIndex(functions);
    index.put({ ...emptyPolicy('a'), obligations: [{ log: ['x'] }] });
    const [{ obligations } = { obligations: [] }] = index.find({});
    expect(obligations).toEqual([{ log: ['x'] }]);
    expect(() => Object.assign(obligations[0] as object, { log: 'y' })).toThrow(TypeError);
  });

  it('has no condition for who asks after the next change', () => {
    const index = new PolicyIndex(functions);
    index.load(['a', 'b'].map(emptyPolicy));
    const [found] = index.find({});
    expect(found?.condition()).toEqual(emptyPolicy('a').condition);
    const policies = index.policies()[Symbol.iterator]();
    policies.next();
    index.remove('b');
    expect(() => found?.condition()).toThrow('have changed');
    expect(() => policies.next()).toThrow('changed while they were read');
  });

  it('tells how many candidates decisions had', () => {
    const index = new PolicyIndex(functions);
    index.load(['a', 'b', 'c'].map(emptyPolicy));
    for (let at = 0; at < 3; at++) index.find({});
    expect(index.stats().candidates).toEqual([0, 0, 3]);
  });
});

function emptyPolicy(uid: string): LoweredPolicy {
  return { uid, effect: 'allow', priority: 0, obligations: [], ...holding(and()) };
}

function templateOf(uid: string, slot: string): LoweredPolicy {
  const condition = test('eq', attr('subject'), { kind: 'slot', name: slot });
  return { ...emptyPolicy(uid), ...holding(condition), slots: [slot] };
}
