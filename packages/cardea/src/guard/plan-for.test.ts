import { describe, expect, it } from 'vitest';
import { and, attr, not, sure, test, value } from '../ast/build.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { allow, deny } from '../syntax/define.ts';
import { any, eq, slot } from '../syntax/rules/index.ts';
import { Guard } from './guard.ts';

const owned = allow({
  uid: 'own',
  subjects: [any()],
  actions: ['read'],
  resources: [{ owner: eq({ $subject: 'id' }) }],
});
const secret = deny({ uid: 'secret', subjects: [{ role: 'guest' }], actions: ['read'], resources: [{ secret: true }] });
const owner = test('eq', attr('resource', 'owner'), value('max'));

describe('guard.plan', () => {
  it('leaves the conditions on the resource, denies included', async () => {
    const guard = new Guard(new MemoryStorage([owned, secret]));
    expect(await guard.plan({ subject: { id: 'max' }, action: 'read' })).toMatchObject({
      kind: 'conditional',
      condition: owner,
    });
    const plan = await guard.plan({ subject: { id: 'max', role: 'guest' }, action: 'read' });
    const denied = not(sure(test('eq', attr('resource', 'secret'), value(true))));
    expect(conditionOf(plan)).toEqual(and(owner, denied));
    expect(await guard.plan({ subject: { id: 'max' }, action: 'write' })).toMatchObject({ kind: 'never' });
  });

  it('takes what is known of all resources into account', async () => {
    const guard = new Guard(new MemoryStorage([owned]));
    const question = { subject: { id: 'max' }, action: 'read' };
    expect((await guard.plan({ ...question, resource: { owner: 'max' } })).kind).toBe('always');
    expect((await guard.plan({ ...question, resource: { owner: 'eve' } })).kind).toBe('never');
  });

  it('makes one condition of the links of a template, and follows their changes', async () => {
    const storage = new MemoryStorage([
      allow({
        uid: 'share',
        slots: ['who', 'what'],
        subjects: [slot('who')],
        actions: ['read'],
        resources: [{ id: slot('what') }],
      }),
    ]);
    const guard = new Guard(storage);
    for (const what of ['a', 'b']) await storage.link({ template: 'share', values: { who: 'max', what } });
    await storage.link({ template: 'share', values: { who: 'eve', what: 'c' } });
    const question = { subject: 'max', action: 'read', resource: { type: 'book' } };
    const before = await guard.plan(question);
    expect(conditionOf(before)).toEqual(test('in', attr('resource', 'id'), value(['a', 'b'])));
    expect(await guard.plan(question)).toBe(before);
    await storage.unlink({ template: 'share', values: { who: 'max', what: 'b' } });
    expect(conditionOf(await guard.plan(question))).toEqual(test('eq', attr('resource', 'id'), value('a')));
  });

  it('asks the other way round: which subjects may', async () => {
    const guard = new Guard(new MemoryStorage([owned]));
    const plan = await guard.plan({ over: 'subject', action: 'read', resource: { owner: 'max' } });
    expect(conditionOf(plan)).toEqual(test('eq', attr('subject', 'id'), value('max')));
  });

  it('is never, and says why, where nobody can know', async () => {
    const guard = new Guard(new MemoryStorage([owned]));
    expect(await guard.plan({ subject: Number.NaN, action: 'read' })).toMatchObject({
      kind: 'never',
      diagnostics: [{ kind: 'error' }],
    });
    await guard.close();
    expect(await guard.plan({ subject: 'max' })).toMatchObject({
      kind: 'never',
      diagnostics: [{ kind: 'infrastructure', message: 'the guard is closed' }],
    });
  });

  it('plans nothing where a deny cannot be read', async () => {
    const broken = { uid: 'broken', effect: 'deny' } as never;
    const storage = new MemoryStorage([owned]);
    const guard = new Guard({
      ...bound(storage),
      retrieveAll: async function* retrieveAll() {
        yield broken;
        yield owned;
      },
    } as never);
    expect((await guard.plan({ subject: { id: 'max' }, action: 'read' })).kind).toBe('never');
  });

  it('refuses what it cannot plan', async () => {
    const storage = new MemoryStorage([owned]);
    const onDemand = new Guard(storage, { policies: 'on-demand' });
    await expect(onDemand.plan({ subject: 'max' })).rejects.toMatchObject({
      code: 'CARDEA_UNSUPPORTED',
      message: expect.stringMatching(/a guard on demand has those for one inquiry: plan with a resident guard$/),
    });
    const source = { name: 'shelf', of: 'resource', fetch: async () => ({}) } as const;
    await expect(new Guard(storage, { attributes: [source] }).plan({})).rejects.toMatchObject({
      code: 'CARDEA_UNSUPPORTED',
    });
    const guard = new Guard(storage);
    await expect(guard.plan({ resource: 'book' })).rejects.toMatchObject({ code: 'CARDEA_INVALID_ARGUMENT' });
    await expect(guard.plan({ over: 'context' as never })).rejects.toMatchObject({ code: 'CARDEA_INVALID_ARGUMENT' });
  });

  it('reads attributes of the subject from sources', async () => {
    const source = { name: 'people', of: 'subject', fetch: async () => ({ id: 'max' }) } as const;
    const guard = new Guard(new MemoryStorage([owned]), { attributes: [source] });
    expect(conditionOf(await guard.plan({ subject: {}, action: 'read' }))).toEqual(owner);
  });
});

function conditionOf(plan: QueryPlan): unknown {
  return plan.kind === 'conditional' ? plan.condition : plan.kind;
}

function bound(storage: MemoryStorage): object {
  const names = ['watch', 'revision', 'changesSince', 'retrieveLinks'] as const;
  return Object.fromEntries(names.map((name) => [name, storage[name].bind(storage)]));
}
