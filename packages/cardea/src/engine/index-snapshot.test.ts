import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeArb, deciding, tablesArb, functions, IndexModel, someInquiryArb } from '../../test/index-model.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import { isCardeaError } from '../errors.ts';
import { conclude } from '../decide/conclude.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineChange } from '../ports/engine.ts';
import type { IndexOptions } from './index-tables.ts';
import { PolicyIndex } from './policy-index.ts';

const changesArb = fc.array(changeArb, { minLength: 1, maxLength: 12 });
const inquiriesArb = fc.array(someInquiryArb, { minLength: 1, maxLength: 3 });

function built(
  changes: readonly EngineChange[],
  tables: IndexOptions,
): { readonly index: PolicyIndex; readonly model: IndexModel } {
  const model = new IndexModel();
  const index = new PolicyIndex(functions, tables);
  index.apply(model.makeAll(changes));
  return { index, model };
}

function expectAgreement(
  index: PolicyIndex,
  model: IndexModel,
  inquiries: readonly Inquiry[],
  options: Parameters<IndexModel['decide']>[1],
): void {
  for (const inquiry of [...inquiries, model.hitting(inquiries[0] as Inquiry)]) {
    const decision = conclude(index.find(inquiry), inquiry, { ...options, functions, revision: 1 });
    expect(decision).toEqual(model.decide(inquiry, options));
  }
}

describe('a snapshot', () => {
  it('snapshot-round-trip: decides as what it was made of, also after more changes of both', () => {
    fc.assert(
      fc.property(
        changesArb,
        changesArb,
        inquiriesArb,
        deciding,
        tablesArb,
        (changes, more, inquiries, options, tables) => {
          const { index, model } = built(changes, tables);
          const read = PolicyIndex.fromSnapshot(index.toSnapshot({ revision: 7 }), functions, tables);
          expect(read.meta).toEqual({ revision: 7 });
          expect([...read.index.policies()].map(canonical)).toEqual([...index.policies()].map(canonical));
          expectAgreement(read.index, model, inquiries, options);
          const made = model.makeAll(more);
          for (const one of [read.index, index]) one.apply(made);
          for (const one of [read.index, index]) expectAgreement(one, model, inquiries, options);
          for (const uid of model.policies.keys()) read.index.remove(uid);
          expect(read.index.stats()).toMatchObject({ policies: 0, links: 0, keys: 0, postings: 0, texts: 0 });
        },
      ),
    );
  });

  it('refuses every damage: a changed byte, and an end too early or too late', () => {
    const damage = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.constantFrom('flip', 'cut', 'extend'));
    fc.assert(
      fc.property(changesArb, fc.array(damage, { minLength: 1, maxLength: 20 }), (changes, damages) => {
        const snapshot = built(changes, {}).index.toSnapshot();
        for (const [at, bits, how] of damages) {
          const place = at % snapshot.length;
          const flipped = snapshot.slice();
          flipped[place] = (flipped[place] as number) ^ bits;
          const extended = new Uint8Array(snapshot.length + 4 * bits);
          extended.set(snapshot);
          const damaged = how === 'flip' ? flipped : how === 'cut' ? snapshot.slice(0, place) : extended;
          expect(codeOf(() => PolicyIndex.fromSnapshot(damaged, functions))).toBe('CARDEA_INVALID_SNAPSHOT');
        }
      }),
    );
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a text', new TextEncoder().encode('no snapshot at all')],
    ['zeros', new Uint8Array(4096)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => PolicyIndex.fromSnapshot(bytes, functions))).toBe('CARDEA_INVALID_SNAPSHOT');
  });
});

function canonical(policy: LoweredPolicy): string {
  return canonicalJson(policy as unknown as Json);
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isCardeaError(error) ? error.code : String(error);
  }
  return 'nothing was thrown';
}
