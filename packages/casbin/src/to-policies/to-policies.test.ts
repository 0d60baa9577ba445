import { attributes, Guard, type Inquiry, type JsonObject, MemoryStorage } from 'cardea';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casbinRuns, ENGINE_TIMEOUT } from '../../../../test/runs.ts';
import { arbitraryModel, type ModelShape } from '../../test/differential/arbitrary-model.ts';
import { arbitraryPolicy } from '../../test/differential/arbitrary-rules.ts';
import { modelOf } from '../../test/models.ts';
import type { Enforcer } from '../index.ts';
import { type CasbinPolicies, newEnforcer, newModelFromString, StringAdapter, toPolicies } from '../index.ts';

const VALUES: Readonly<Record<string, readonly string[]>> = {
  sub: ['alice', 'bob', 'carol', 'admin', 'root', 'nobody', '*'],
  dom: ['d1', 'd2', 'd3', '*'],
  obj: ['data1', 'data2', 'group1', '/a/1', '/a/b', '/a/1/b', '/b', '*'],
  act: ['read', 'write', 'any', '*'],
};

interface Case {
  readonly shape: ModelShape;
  readonly policy: string;
  readonly requests: readonly (readonly unknown[])[];
}

// Attributes are all there: one that is missing is unknown to Cardea.
function arbitraryRequest({ request, text }: ModelShape): fc.Arbitrary<readonly unknown[]> {
  const values = request.map((field) => {
    const name = fc.constantFrom(...(VALUES[field] as readonly string[]));
    const dictionary = fc.record({ name, age: fc.constantFrom(3, 17, 18, 20), owner: fc.constantFrom('alice', 'bob') });
    const hasRules = text.includes('eval(') && (field === 'sub' || field === 'obj');
    const isRead = hasRules || new RegExp(`r2?\\.${field}\\.`).test(text);
    return isRead ? dictionary : name;
  });
  return fc.tuple(...values);
}

const arbitraryCase: fc.Arbitrary<Case> = arbitraryModel.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    policy: arbitraryPolicy(shape).map(({ text }) => text),
    requests: fc.array(arbitraryRequest(shape), { minLength: 20, maxLength: 20 }),
  }),
);

/** To JavaScript a dictionary as a whole is the text `[object Object]`; to Cardea it has no order. */
function ordersDictionary({ text, request: fields }: ModelShape, values: readonly unknown[]): boolean {
  return fields.some(
    (field, at) =>
      typeof values[at] === 'object' && new RegExp(`r2?\\.${field} [<>]|[<>]=? r2?\\.${field}(?![\\w.])`).test(text),
  );
}

function inquiryOf({ request }: CasbinPolicies, values: readonly unknown[]): Inquiry {
  const inquiry: Record<string, unknown> = { subject: '', action: '', resource: '' };
  const context: Record<string, unknown> = {};
  for (const [at, { field, part }] of request.entries()) {
    const value = values[at];
    const wrapped = typeof value === 'object' ? attributes(value as JsonObject) : value;
    if (part === 'context') context[field] = wrapped;
    else inquiry[part] = wrapped;
  }
  return { ...inquiry, context } as Inquiry;
}

describe('the policies', () => {
  it('policies ≡ casbin: they allow what the enforcer allows', { timeout: ENGINE_TIMEOUT }, async () => {
    const seen = { compared: 0, allowed: 0 };
    const law = fc.asyncProperty(arbitraryCase, async ({ shape, policy, requests }) => {
      const made = await newEnforcer(newModelFromString(shape.text), new StringAdapter(policy)).catch(() => undefined);
      fc.pre(made !== undefined);
      const casbin = toPolicies(made);
      if (casbin.refused.length > 0) return;
      const guard = new Guard(new MemoryStorage(casbin.policies));
      await guard.ready();
      for (const request of requests.filter((values) => !ordersDictionary(shape, values))) {
        const expected = answerOf(made, request);
        const { allowed } = guard.decide(inquiryOf(casbin, request));
        if (expected !== undefined) expect([request, allowed]).toEqual([request, expected]);
        seen.compared += 1;
        if (allowed) seen.allowed += 1;
      }
    });
    await fc.assert(law, { numRuns: casbinRuns().numRuns * 4 });
    expect(seen.compared).toBeGreaterThan(1000);
    expect(seen.allowed / seen.compared).toBeGreaterThan(0.1);
  });

  it('say who has a role, for whom, and in which domain', async () => {
    const model = newModelFromString(`
[request_definition]
r = sub, dom, obj, act
[policy_definition]
p = sub, dom, obj, act
[role_definition]
g = _, _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.dom == p.dom && g2(r.obj, p.obj) && r.act == p.act
`);
    const policy =
      'p, admin, acme, files, read\ng, alice, staff, acme\ng, staff, admin, acme\ng, bob, admin, other\ng2, report, files';
    const { policies, request } = toPolicies(await newEnforcer(model, new StringAdapter(policy)));
    expect(policies).toEqual([
      {
        uid: 'p:1',
        effect: 'allow',
        subjects: [{ $in: ['admin', 'alice', 'staff'] }],
        actions: [{ $eq: 'read' }],
        resources: [{ $in: ['files', 'report'] }],
        context: { dom: { $eq: 'acme' } },
        description: 'p, admin, acme, files, read',
      },
    ]);
    expect(request.map(({ part }) => part)).toEqual(['subject', 'context', 'resource', 'action']);
  });

  it('compare attributes, and deny', async () => {
    const enforcer = await newEnforcer(
      modelOf({
        matcher: 'r.sub.age > 17 && r.obj.owner == r.sub.name && r.act == p.act',
        policy: 'act, eft',
        effect: 'some(where (p.eft == allow)) && !some(where (p.eft == deny))',
      }),
      new StringAdapter('p, read, allow\np, drop, deny'),
    );
    expect(
      toPolicies(enforcer).policies.map(({ effect, subjects, resources }) => ({ effect, subjects, resources })),
    ).toEqual([
      {
        effect: 'allow',
        subjects: [{ $attributes: { age: { $greater: 17 } } }],
        resources: [{ $attributes: { owner: { $eq: { $subject: ['name'] } } } }],
      },
      expect.objectContaining({ effect: 'deny' }),
    ]);
  });

  it.each([
    ['custom(r.sub) && r.act == p.act', {}, '`custom(r_sub)`: a function that has no equal'],
    [
      'r.obj == p.obj',
      { effect: 'priority(p.eft) || deny' },
      'effect `priority(p_eft) || deny`: the order of rules counts, which policies have not',
    ],
    ['regexMatch(r.obj, p.obj)', {}, '`regexMatch(r_obj, p_obj)`: the pattern `(?!a)` needs an engine that backtracks'],
    ['r.obj + "x" == p.obj', {}, '`r_obj + "x"`: neither a value of the request or the rule nor an attribute of it'],
  ])('are none for `%s` and %j, which is said', async (matcher, rest, message) => {
    const enforcer = await newEnforcer(modelOf({ matcher, ...rest }), new StringAdapter('p, alice, (?!a), read'));
    expect(toPolicies(enforcer)).toMatchObject({ policies: [], refused: [{ message, rules: 1 }] });
  });
});

function answerOf(enforcer: Enforcer, request: readonly unknown[]): boolean | undefined {
  try {
    return enforcer.enforceSync(...request);
  } catch {
    // casbin has no answer for patterns that are none.
    return undefined;
  }
}
