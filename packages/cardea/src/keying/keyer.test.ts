import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, linksArb, policyArb, templateArb, touchy } from '../../test/arbitrary.ts';
import { allowing } from '../../test/policies.ts';
import { defineFunction } from '../ast/functions.ts';
import { KeyShapes } from '../engine/key-shapes.ts';
import { keysOf, linkKeysOf, RESIDUAL_KEY } from '../engine/keys.ts';
import { KEYS_VERSION } from '../engine/keys-version.ts';
import type { Policy } from '../model/policy.ts';
import { defaultChecker, exactChecker, fuzzyChecker, regexChecker, rulesChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { policyKeyer } from './keyer.ts';

const functions = functionTable([touchy]);
const checkers = [defaultChecker(), exactChecker(), fuzzyChecker(), regexChecker(), rulesChecker()];

describe('policyKeyer', () => {
  it('keyer ≡ engine: makes the keys that the engine makes of policies as the checker reads them', () => {
    const caseArb = fc
      .oneof(policyArb, templateArb)
      .chain((policy) => fc.tuple(fc.constant(policy), linksArb(policy), fc.constantFrom(...checkers), inquiryArb));
    fc.assert(
      fc.property(caseArb, ([policy, links, checker, inquiry]) => {
        const lowered = lowerPolicy(policy, { checker, functions });
        if (!lowered.ok) throw new Error('the generator makes valid policies');
        const keyer = policyKeyer({ checker, functions });
        const made = keyer.keysOf(policy);
        expect(made).toEqual(keysOf(lowered.value));
        expect(keyer.inquiryKeys(made.shapes).keysOf(inquiry)).toEqual(new KeyShapes(made.shapes).keysOf(inquiry));
        if (policy.slots === undefined) return;
        const keyed = links.map(keyer.linkKeysOf(policy)).map(({ key, shapes }) => ({ keys: [key], shapes }));
        expect(keyed).toEqual(links.map((values) => linkKeysOf(lowered.value, values)));
      }),
    );
  });

  it.each<[string, Policy]>([
    ['calls a function that is not there', { ...allowing('a'), context: { on: { $custom: ['hr.isOnLeave'] } } }],
    ['has a pattern that cannot be run', { ...allowing('a'), subjects: ['<(?=a)>'] }],
  ])('gives the residual key to a policy that %s', (_what, policy) => {
    expect(policyKeyer().keysOf(policy)).toEqual({ keys: [RESIDUAL_KEY], shapes: [] });
    const template = { ...policy, slots: ['doc'], resources: [{ $slot: 'doc' }] };
    expect(policyKeyer().linkKeysOf(template)(['d1'])).toEqual({ key: RESIDUAL_KEY, shapes: [] });
  });

  it('has a name that tells the version of the keys, the checker and which functions there are', () => {
    const own = defineFunction({ name: 'hr.isOnLeave', meaning: 'is on leave', call: () => true });
    const keyers = [
      ...checkers.map((checker) => policyKeyer({ checker })),
      policyKeyer({ functions }),
      policyKeyer({ functions: functionTable([own]) }),
      policyKeyer({ functions: functionTable([own, touchy]) }),
    ];
    expect(new Set(keyers.map(({ name }) => name)).size).toBe(keyers.length);
    expect(policyKeyer({ functions: functionTable([touchy, own]) }).name).toBe(keyers.at(-1)?.name);
    expect(keyers[0]?.name).toMatch(new RegExp(`^${KEYS_VERSION}/default/[0-9a-f]{8}$`));
  });
});
