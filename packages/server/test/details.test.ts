import type { JsonObject } from 'cardea';
import { describe, expect, it } from 'vitest';
import { apiKeys, createApiKey, decisionPoint, type Role } from '../src/index.ts';
import { DENIED, DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const LIBRARY = { guard: libraryGuard(), directory: DIRECTORY, publicUrl: 'https://pdp.example' };

interface Asked {
  readonly include?: string;
  readonly path?: string;
  /** `nobody` where nobody is asked who they are. */
  readonly role?: Role | 'nobody';
}

async function ask(
  body: object,
  { include, path = 'evaluation', role = 'auditor' }: Asked,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const { key, record } = await createApiKey({ id: 'k', roles: [role === 'nobody' ? 'auditor' : role] });
  const authenticators = role === 'nobody' ? {} : { authenticators: [apiKeys([record])] as const };
  const handle = await decisionPoint({ ...LIBRARY, ...authenticators });
  const headers = new Map([['content-type', 'application/json']]);
  if (include !== undefined) headers.set('cardea-include', include);
  headers.set('authorization', `Bearer ${key}`);
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

  it.each<[Role | 'nobody', string, number]>([
    ['decider', 'obligations,revision,outcome', 200],
    ['decider', 'deciders', 403],
    ['decider', 'diagnostics', 403],
    ['decider', 'revision,explanation', 403],
    ['auditor', 'deciders,explanation', 200],
    ['admin', 'diagnostics', 200],
    ['nobody', 'obligations,revision,outcome', 200],
    ['nobody', 'deciders', 403],
    ['nobody', 'explanation', 403],
  ])('to a caller of the role %s who asks for `%s` is %i', async (role, include, status) => {
    const answer = await ask(PERMITTED, { include, role });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body).toEqual({ error: expect.stringContaining('may') as string });
  });
});
