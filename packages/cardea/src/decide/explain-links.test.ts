import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, inquiryHitting, linksArb, policiesArb, templateArb, touchy } from '../../test/arbitrary.ts';
import type { Scalar } from '../ast/json.ts';
import { splitTemplate } from '../ast/template.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { decide, type DecideOptions } from './decide.ts';
import { formatExplanation } from './explain-format.ts';
import { explain } from './explain.ts';
import type { Explanation, PolicyRole } from './explanation.ts';

const functions = functionTable([touchy]);
const base = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;

function lowered(policy: Policy): LoweredPolicy {
  const parsed = lowerPolicy(policy, { checker: defaultChecker(), functions });
  if (!parsed.ok) throw new Error(JSON.stringify([policy, parsed.issues]));
  return parsed.value;
}

function explained(policies: readonly LoweredPolicy[], inquiry: Inquiry, options: DecideOptions): Explanation {
  return explain(decide(policies, inquiry, options), policies, inquiry, { functions, limit: 100 });
}

const hittingArb = templateArb.chain((template) =>
  fc.tuple(fc.constant(template), linksArb(template), inquiryArb).map(([policy, links, inquiry]) => {
    const { condition, slots = [] } = lowered(policy);
    const parts = splitTemplate(condition, slots);
    const [values] = links;
    const isHit = parts.ok && values !== undefined;
    return { template: policy, links, inquiry: isHit ? inquiryHitting(inquiry, parts.bindings, values) : inquiry };
  }),
);

const acl: Policy = {
  uid: 'acl',
  effect: 'allow',
  subjects: [{ $slot: 'user' }],
  actions: ['read'],
  resources: [{ $slot: 'doc' }],
  slots: ['user', 'doc'],
};
const asked = { subject: 'max', action: 'read', resource: 'd1' };
const linked = (...links: readonly (readonly Scalar[])[]): DecideOptions => ({
  ...base,
  links: new Map([['acl', links]]),
});

describe('explaining links', () => {
  it('gives links and templates roles that agree with the decision (law: explained ≡ decided)', () => {
    const unknownDenyArb = fc.constantFrom('ignore' as const, 'deny' as const);
    fc.assert(
      fc.property(hittingArb, policiesArb, unknownDenyArb, ({ template, links, inquiry }, policies, unknownDeny) => {
        const all = [...policies.filter(({ uid }) => uid !== template.uid), template].map(lowered);
        const options = { ...base, unknownDeny, links: new Map([[template.uid, links]]) };
        const { decision, policies: shown } = explained(all, inquiry, options);
        const uidsOf = (role: PolicyRole): readonly string[] =>
          shown.filter((policy) => policy.role === role).map(({ uid }) => uid);
        const diagnosed = (of: string): readonly string[] =>
          decision.diagnostics.filter(({ kind }) => kind === of).map(({ uid = '' }) => uid);
        expect(uidsOf('decider')).toEqual(decision.deciders);
        expect([...uidsOf('decider'), ...uidsOf('applicable')].toSorted()).toEqual(decision.candidates.toSorted());
        expect(uidsOf('error').toSorted()).toEqual(diagnosed('error').toSorted());
        expect(uidsOf('unknown-deny').toSorted()).toEqual(diagnosed('unknown-deny').toSorted());
      }),
    );
  });

  it('shows the links that decided, and no other', () => {
    const { policies } = explained([lowered(acl)], asked, linked(['eve', 'd1'], ['max', 'd1'], ['max', 'd2']));
    expect(policies).toMatchObject([{ uid: 'acl["max","d1"]', role: 'decider', truth: 'true' }]);
  });

  it('says what a link would have to fill in where none fits', () => {
    const explanation = explained([lowered(acl)], asked, linked(['eve', 'd1']));
    expect(explanation.policies).toMatchObject([{ uid: 'acl', role: 'near-miss', truth: 'false' }]);
    expect(formatExplanation(explanation, { style: 'text' })).toBe(
      [
        'denied: no policy applies',
        'allow `acl` would apply if',
        '  - subject is `max`; no link fills ?user with it',
        '  - resource is `d1`; no link fills ?doc with it',
      ].join('\n'),
    );
    expect(formatExplanation(explanation, { style: 'tree' })).toContain('subject == ?user');
  });

  it('does not hold a template that denies against an inquiry that no link fits', () => {
    const { decision, policies } = explained([lowered({ ...acl, effect: 'deny' })], { action: 'read' }, linked());
    expect([decision.diagnostics, policies.map(({ role }) => role)]).toEqual([[], ['not-applicable']]);
  });

  it('shows a template that stands for its links, because the inquiry lacks what they are found by', () => {
    const options = linked(['eve', 'd1']);
    const { policies } = explained([lowered({ ...acl, effect: 'deny' })], { action: 'read', resource: 'd1' }, options);
    expect(policies).toMatchObject([{ uid: 'acl', role: 'unknown-deny', truth: 'unknown' }]);
  });

  it('takes no policy for a link whose uid only looks like one', () => {
    const { slots: _, ...plain } = { ...acl, subjects: ['max'], resources: ['d1'] };
    const policies = ['acl[x', 'acl[1]', 'acl["max", "d1"]'].map((uid) => lowered({ ...plain, uid }));
    const { policies: shown } = explained([...policies, lowered(acl)], asked, linked());
    expect(shown.map(({ uid, role }) => [uid, role])).toEqual([
      ['acl[x', 'decider'],
      ['acl[1]', 'decider'],
      ['acl["max", "d1"]', 'decider'],
      ['acl', 'not-applicable'],
    ]);
  });
});
