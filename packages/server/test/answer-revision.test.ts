import { allow, Guard, type Inquiry, MemoryStorage } from 'cardea';
import { any } from 'cardea/rules';
import { describe, expect, it } from 'vitest';
import { type ApiResponse, decisionPoint, type DecisionPointOptions } from '../src/index.ts';
import { DIRECTORY, PERMITTED } from './library.ts';

type Ask = (path: string, body: object) => Promise<ApiResponse>;

async function pointOf(options: Pick<DecisionPointOptions, 'guard' | 'directory'>): Promise<Ask> {
  const handle = await decisionPoint({ ...options, publicUrl: 'https://pdp.example' });
  const header = (name: string): string | undefined => (name === 'content-type' ? 'application/json' : undefined);
  return (path, body) =>
    handle({
      method: 'POST',
      path: `/access/v1/${path}`,
      query: '',
      header,
      body: new TextEncoder().encode(JSON.stringify(body)),
    });
}

const everybody = (uid: string) => allow({ uid, subjects: [any()], actions: [any()], resources: [any()] });

describe('the revision that an answer is of', () => {
  it('is said of every kind of answer, and changes with the policies', async () => {
    const storage = new MemoryStorage([everybody('1')]);
    const ask = await pointOf({ guard: new Guard(storage), directory: DIRECTORY });
    const { resource: _, ...rest } = PERMITTED;
    for (const revision of ['1', '2']) {
      for (const [path, body] of [
        ['evaluation', PERMITTED],
        ['evaluations', { evaluations: [PERMITTED, PERMITTED] }],
        ['search/resource', { ...rest, resource: { type: 'book' } }],
      ] as const)
        expect((await ask(path, body)).headers['cardea-revision']).toBe(revision);
      await storage.add(everybody(`another ${revision}`));
    }
  });

  it('is the oldest of those that a batch was decided over', async () => {
    const inner = new Guard(new MemoryStorage([everybody('1')]));
    let revision = 9;
    const guard = {
      check: async (inquiry: Inquiry) => ({ ...(await inner.check(inquiry)), revision: (revision -= 1) }),
    };
    const answer = await (await pointOf({ guard }))('evaluations', { evaluations: [PERMITTED, PERMITTED, PERMITTED] });
    expect(answer.headers['cardea-revision']).toBe('6');
  });

  it('is not said where nothing was decided', async () => {
    const ask = await pointOf({ guard: new Guard(new MemoryStorage([everybody('1')])) });
    const answer = await ask('evaluation', {});
    expect([answer.status, 'cardea-revision' in answer.headers]).toEqual([400, false]);
  });
});
