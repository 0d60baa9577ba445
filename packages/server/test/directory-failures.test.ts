import { describe, expect, it } from 'vitest';
import { type ApiResponse, decisionPoint, type EntityDirectory } from '../src/index.ts';
import { libraryGuard, PERMITTED } from './library.ts';

const secret = new Error('connect db.internal: password=hunter2');
const { subject, action, resource } = PERMITTED;

const FAILING: Readonly<Record<string, EntityDirectory>> = {
  'that throws': { find: raise, list: raise, actions: raise },
  'that rejects': { find: reject, list: reject, actions: reject },
  'whose promises are those of another library': { find: foreign, list: foreign, actions: foreign },
};

function raise(): never {
  throw secret;
}
async function reject(): Promise<never> {
  throw secret;
}
function foreign(): never {
  // oxlint-disable-next-line no-thenable
  const thenable: unknown = { then: (_: unknown, failed: (error: Error) => void) => failed(secret) };
  return thenable as never;
}

const MESSAGE = 'policies or attributes cannot be read';

describe.each(Object.entries(FAILING))('a directory of your own %s', (_, directory) => {
  it.each<[string, object]>([
    ['evaluation', PERMITTED],
    ['search/subject', { subject: { type: 'user' }, action, resource }],
    ['search/resource', { subject, action, resource: { type: 'book' } }],
    ['search/action', { subject, resource }],
  ])('makes %s answer 503, and the log alone is told why', async (path, asked) => {
    const { answer, told } = await ask(directory, path, asked);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(answer.body)).toEqual({ error: MESSAGE });
    expect(told).toContainEqual({ err: secret });
  });

  it('makes each item of a batch a denial that says so', async () => {
    const { answer, told } = await ask(directory, 'evaluations', { evaluations: [PERMITTED, PERMITTED] });
    const denied = { decision: false, context: { error: { status: 503, message: MESSAGE } } };
    expect(JSON.parse(answer.body)).toEqual({ evaluations: [denied, denied] });
    expect(told).toContainEqual({ err: secret });
  });
});

interface Asked {
  readonly answer: ApiResponse;
  /** What the log was told. */
  readonly told: readonly unknown[];
}

async function ask(directory: EntityDirectory, path: string, asked: object): Promise<Asked> {
  const told: unknown[] = [];
  const silent = (): void => undefined;
  const error = (fields: object): void => void told.push(fields);
  const handle = await decisionPoint({
    guard: libraryGuard(),
    publicUrl: 'https://pdp.example',
    directory,
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error },
  });
  const body = new TextEncoder().encode(JSON.stringify(asked));
  const header = (name: string): string | undefined => (name === 'content-type' ? 'application/json' : undefined);
  const answer = await handle({ method: 'POST', path: `/access/v1/${path}`, query: '', header, body });
  return { answer, told };
}
