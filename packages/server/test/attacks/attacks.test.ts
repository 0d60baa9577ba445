import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedIntrinsics, type Intrinsics, readIntrinsics } from '../../../cardea/test/intrinsics.ts';
import { type Attack, written } from './attack.ts';
import { BODY_ATTACKS } from './body-attacks.ts';
import { CALLER_ATTACKS, POLICY_ATTACKS } from './caller-attacks.ts';
import { FRAMING_ATTACKS } from './framing-attacks.ts';
import { HEADER_ATTACKS } from './header-attacks.ts';
import { ending, JWT_ATTACKS, signed } from './jwt-attacks.ts';
import { NAME_ATTACKS } from './name-attacks.ts';
import { PAGE_ATTACKS } from './page-attacks.ts';
import { PATH_ATTACKS } from './path-attacks.ts';
import { exchange, type RawAnswer } from './raw-http.ts';
import { SLOW_ATTACKS } from './slow-attacks.ts';
import { CANARIES, startTarget, STORAGES, type Target } from './target.ts';

const GROUPS: Readonly<Record<string, readonly Attack[]>> = {
  'how requests are cut': FRAMING_ATTACKS,
  bodies: BODY_ATTACKS,
  names: NAME_ATTACKS,
  paths: PATH_ATTACKS,
  'headers and methods': HEADER_ATTACKS,
  callers: CALLER_ATTACKS,
  tokens: JWT_ATTACKS,
  policies: POLICY_ATTACKS,
  pages: PAGE_ATTACKS,
  slowness: SLOW_ATTACKS,
};
/** What tells of the inside: stacks, places of files, the framework, other hosts. */
const INSIDE = /\n\s+at |node_modules|file:\/\/|\.[tj]s:\d|FST_ERR|fastify|evil\.example|root:|internal/i;

describe.each(Object.keys(STORAGES))('a server over %s', (kind) => {
  let target: Target;
  let intrinsics: Intrinsics;
  let before: string;
  beforeAll(async () => {
    target = await startTarget(kind);
    intrinsics = readIntrinsics();
    before = await stateOf(target);
  });
  afterAll(() => target.close());

  describe.each(Object.entries(GROUPS))('stands, in %s,', (_, attacks) => {
    it.concurrent.each(attacks)('$name', async ({ pieces, statuses, body, headers = {}, bodiless }) => {
      const sent = await pieces(target);
      const { answers, text } = await exchange(target.port, sent, {
        expected: statuses.length,
        bodiless: bodiless === true,
      });
      expect(answers.map(({ status }) => status)).toEqual(statuses);
      for (const answer of answers) expectToldNothing(answer, bodiless === true);
      const last = answers.at(-1);
      if (body !== undefined) expect(last?.body).toBe(body);
      for (const [name, value] of Object.entries(headers)) expect(last?.headers.get(name)).toBe(value);
      // What a caller says itself may be told to it.
      const unsaid = CANARIES.filter(
        (name) => !sent.some((piece) => typeof piece === 'string' && piece.includes(name)),
      );
      for (const hidden of [...unsaid, ...target.secrets]) expect(text).not.toContain(hidden);
      expect(await stateOf(target)).toBe(before);
    });
  });

  it('takes a token that none of these is', async () => {
    const headers = [`Authorization: Bearer ${await signed(target, ending(60))}`];
    const asked = written(target, { as: 'nobody', headers });
    const { answers } = await exchange(target.port, asked, { expected: 1 });
    expect(answers.map(({ body }) => body)).toEqual(['{"decision":true}']);
  });

  it('answers as before, has told its log no secret, and left the language as it was', async () => {
    const { answers } = await exchange(target.port, written(target, {}), { expected: 1 });
    expect(answers.map(({ body }) => body)).toEqual(['{"decision":true}']);
    for (const hidden of [...CANARIES, ...target.secrets]) expect(target.told()).not.toContain(hidden);
    expect(changedIntrinsics(intrinsics)).toEqual([]);
  });
});

async function stateOf({ storage }: Target): Promise<string> {
  return JSON.stringify([await storage.revision(), await storage.getAll(1000, 0)]);
}

function expectToldNothing({ status, headers, body }: RawAnswer, bodiless: boolean): void {
  expect(body).not.toMatch(INSIDE);
  expect([...headers].map(([name, value]) => `${name}: ${value}`).join('\n')).not.toMatch(INSIDE);
  for (const name of ['server', 'x-powered-by', 'set-cookie', 'access-control-allow-origin'])
    expect(headers.has(name)).toBe(false);
  // What is no HTTP has no answer but a status.
  if (status < 400 || body === '' || body === '0\r\n\r\n' || bodiless) return;
  const { error } = JSON.parse(body) as { readonly error: unknown };
  expect(typeof error).toBe('string');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
}
