import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, linksArb, policiesArb, templateArb, touchy } from '../../test/arbitrary.ts';
import { loweredOf } from '../../test/lowered.ts';
import { CATEGORIES } from '../ast/condition.ts';
import type { Json, Scalar } from '../ast/json.ts';
import { type Combining, COMBINING } from '../decide/combining.ts';
import { conclude } from '../decide/conclude.ts';
import { decide } from '../decide/decide.ts';
import { evaluateCondition } from '../decide/reference.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Effect, Element, Policy } from '../model/policy.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { PolicyIndex } from './policy-index.ts';

const functions = functionTable([touchy]);

const worldArb = fc
  .tuple(policiesArb, fc.array(templateArb, { maxLength: 2 }))
  .chain(([policies, templates]) =>
    fc.tuple(
      fc.constant([...policies, ...templates]),
      fc.tuple(...templates.map((template) => linksArb(template).map((links) => [template, links] as const))),
    ),
  );

describe('findOpen', () => {
  it('open-findings-decide-the-same: whatever the open category then is', () => {
    fc.assert(
      fc.property(
        worldArb,
        inquiryArb,
        fc.constantFrom(...CATEGORIES),
        fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
        fc.constantFrom('ignore', 'deny'),
        ([policies, links], inquiry, open, combining, unknownDeny) => {
          const options = { combining, unknownDeny, functions, revision: 1 } as const;
          const { [open]: _, ...known } = inquiry;
          const found = indexOf(policies, links).findOpen(known, open);
          const findings = found.map((finding) => {
            const truth = evaluateCondition(finding.condition(), { inquiry, functions });
            return { ...finding, truth };
          });
          const lowered = policies.map((policy) => loweredOf(policy, functions));
          const expected = decide(lowered, inquiry, { ...options, links: linksByUid(links) });
          expect(conclude(findings, inquiry, options).allowed).toBe(expected.allowed);
        },
      ),
    );
  });

  // Of few values, so that most of them apply to something.
  const fewArb = fc.array(
    fc.record({
      uid: fc.uuid(),
      effect: fc.constantFrom<Effect>('allow', 'deny'),
      subjects: fc.constantFrom<readonly Element[]>(['a'], ['b', 'a'], [{ a: 'a' }], [{ $any: true }]),
      actions: fc.constantFrom<readonly Element[]>(['a'], ['b', 'a'], [{ $any: true }]),
      resources: fc.constantFrom<readonly Element[]>(
        ['a'],
        [{ a: 'a' }],
        [{ a: { $greater: 1 } }],
        ['<a|b>'],
        [{ $any: true }],
      ),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const partArb = fc.constantFrom<Json>('a', 'b', { a: 'a' }, { a: 2 });
  const askedArb = fc.record({
    subject: partArb,
    action: fc.constantFrom<Json>('a', 'b', { name: 'a' }),
    resource: partArb,
  });

  for (const [kind, policiesOfKind, inquiryOfKind] of [
    ['of every kind', policiesArb, inquiryArb],
    ['of few values', fewArb, askedArb],
  ] as const) {
    it(`open-findings-are-a-superset: who has a part in the decision for any value is among them, ${kind}`, () => {
      let parts = 0;
      fc.assert(
        fc.property(
          policiesOfKind,
          inquiryOfKind,
          fc.constantFrom(...CATEGORIES),
          (policies, inquiry: Inquiry, open) => {
            const { [open]: _, ...known } = inquiry;
            const found = indexOf(policies, [])
              .findOpen(known, open)
              .map(({ uid }) => uid);
            for (const policy of policies) {
              const { condition, effect, uid } = loweredOf(policy, functions);
              const truth = evaluateCondition(condition, { inquiry, functions });
              if (truth === 'false' || (truth === 'unknown' && effect === 'allow')) continue;
              parts += 1;
              expect(found).toContain(uid);
            }
          },
        ),
      );
      expect(parts).toBeGreaterThan((fc.readConfigureGlobal()?.numRuns ?? 0) / 2);
    });
  }

  it('finds nothing that what is known rules out, and no link of anybody else', () => {
    const share: Policy = {
      uid: 'share',
      effect: 'allow',
      slots: ['user', 'document'],
      subjects: [{ $slot: 'user' }],
      actions: ['read'],
      resources: [{ id: { $slot: 'document' } }],
    };
    const other: Policy = { uid: 'other', effect: 'deny', subjects: ['eve'], actions: ['read'], resources: [{ a: 1 }] };
    const index = indexOf(
      [share, other],
      [
        [
          share,
          [
            ['max', 'd1'],
            ['eve', 'd2'],
            ['max', 'd3'],
          ],
        ],
      ],
    );
    const uids = (inquiry: Inquiry): readonly string[] => index.findOpen(inquiry, 'resource').map(({ uid }) => uid);
    expect(uids({ subject: 'max', action: 'read' })).toEqual(['share["max","d1"]', 'share["max","d3"]']);
    expect(uids({ subject: 'eve', action: 'read' })).toEqual(['other', 'share["eve","d2"]'].toReversed());
    expect(uids({ subject: 'max', action: 'write' })).toEqual([]);
  });
});

type LinksOf = readonly (readonly [Policy, readonly (readonly Scalar[])[]])[];

function indexOf(policies: readonly Policy[], links: LinksOf): PolicyIndex {
  const index = new PolicyIndex(functions);
  index.load(policies.map((policy) => loweredOf(policy, functions)));
  index.apply(
    links.flatMap(([{ uid }, all]) => all.map((values) => ({ type: 'link', template: uid, values }) as const)),
  );
  return index;
}

function linksByUid(links: LinksOf): ReadonlyMap<string, readonly (readonly Scalar[])[]> {
  return new Map(links.map(([{ uid }, all]) => [uid, all]));
}
