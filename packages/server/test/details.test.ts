import type { JsonObject } from 'cardea';
import { describe, expect, it } from 'vitest';
import { apiKeys, createApiKey, decisionPoint, type DecisionPointOptions, type Role } from '../src/index.ts';
import { DENIED, DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const LIBRARY = { guard: libraryGuard(), directory: DIRECTORY, publicUrl: 'https://pdp.example' };

interface Asked {
  readonly include?: string;
  readonly path?: string;
  readonly key?: string;
  readonly options?: Partial<DecisionPointOptions>;
}

async function ask(
  body: object,
  { include, path = 'evaluation', key, options = {} }: Asked,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const handle = await decisionPoint({ ...LIBRARY, ...options });
  const headers = new Map([['content-type', 'application/json']]);
  if (include !== undefined) headers.set('cardea-include', include);
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  const answer = await handle({
    method: 'POST',
    path: `/access/v1/${path}`,
    query: '',
    header: (name) => headers.get(name),
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as JsonObject };
}

describe('an answer', () => {
  it('says only the decision where nothing else is asked for', async () => {
    expect((await ask(DENIED, {})).body).toEqual({ decision: false });
  });

  it('says what the caller asks for, and nothing else', async () => {
    const { body } = await ask(DENIED, { include: 'deciders, outcome,revision' });
    expect(body).toEqual({ decision: false, context: { deciders: ['locked'], outcome: 'deny', revision: 1 } });
    const other = await ask(PERMITTED, { include: 'obligations,diagnostics' });
    expect(other.body).toMatchObject({
      decision: true,
      context: { obligations: [], diagnostics: [{ kind: 'unknown-deny', uid: 'locked' }] },
    });
  });

  it('explains', async () => {
    const { body } = await ask(DENIED, { include: 'explanation' });
    expect(body['context']).toMatchObject({ explanation: { decision: { outcome: 'deny' } } });
  });

  it('says of each item of a batch what is asked for', async () => {
    const { body } = await ask(
      { ...PERMITTED, evaluations: [{}, { resource: DENIED.resource }] },
      { path: 'evaluations', include: 'deciders' },
    );
    expect(body['evaluations']).toEqual([
      { decision: true, context: { deciders: ['readers'] } },
      { decision: false, context: { deciders: ['locked'] } },
    ]);
  });

  it.each(['', 'deciders,', 'Deciders', 'policies', '__proto__'])(
    'is refused where `%s` is asked for',
    async (include) => {
      expect((await ask(PERMITTED, { include })).status).toBe(400);
    },
  );

  it.each<[Role, string, number]>([
    ['decider', 'obligations,revision,outcome', 200],
    ['decider', 'deciders', 403],
    ['decider', 'diagnostics', 403],
    ['decider', 'revision,explanation', 403],
    ['auditor', 'deciders,explanation', 200],
    ['admin', 'diagnostics', 200],
  ])('to a caller of the role %s who asks for `%s` is %i', async (role, include, status) => {
    const { key, record } = await createApiKey({ id: 'k', roles: [role] });
    const answer = await ask(PERMITTED, { include, key, options: { authenticators: [apiKeys([record])] } });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body).toEqual({ error: 'the caller may not inspect' });
  });
});
