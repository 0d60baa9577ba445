import { describe, expect, it } from 'vitest';
import { type ClientOptions, DecisionClient, type Timing } from '../src/index.ts';
import { PERMITTED } from './library.ts';

describe('attempts', () => {
  it('are made again, after pauses that double, where that may help', async () => {
    const world = fakeWorld([503, 'broken', 200]);
    const client = new DecisionClient({ ...world.options, pauseMs: 100 });
    expect(await client.isAllowed(PERMITTED)).toBe(true);
    expect(world.pauses).toEqual([50, 100]);
  });

  it('are made no more often than was said, and the failure tells how often', async () => {
    const world = fakeWorld([503, 502, 504, 200]);
    const client = new DecisionClient(world.options);
    await expect(client.evaluate(PERMITTED)).rejects.toMatchObject({ kind: 'unavailable', status: 504, attempts: 3 });
  });

  it.each([400, 401, 403, 404, 500, 302])('are not made again after %s', async (status) => {
    const world = fakeWorld([status, 200]);
    await expect(new DecisionClient(world.options).evaluate(PERMITTED)).rejects.toMatchObject({ status, attempts: 1 });
    expect(world.sent()).toBe(1);
  });

  it('leave a decision point alone as long as it asks to be', async () => {
    const world = fakeWorld([{ status: 503, retryAfter: '2' }, 200]);
    expect(await new DecisionClient(world.options).isAllowed(PERMITTED)).toBe(true);
    expect(world.pauses).toEqual([2000]);
  });

  it('end at once where the pause would last longer than there is time', async () => {
    const world = fakeWorld([{ status: 503, retryAfter: '60' }, 200]);
    const failed = new DecisionClient(world.options).evaluate(PERMITTED);
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable', retryAfterMs: 60_000, attempts: 1 });
    expect(world.pauses).toEqual([]);
  });

  it('give one that hangs up in time for another', async () => {
    const world = fakeWorld(['hang', 200]);
    expect(await new DecisionClient(world.options).isAllowed(PERMITTED)).toBe(true);
    expect(world.elapsed()).toBe(1000 + 25);
  });

  it('all end when time is up', async () => {
    const world = fakeWorld(['hang', 'hang', 'hang', 'hang', 'hang']);
    const client = new DecisionClient({ ...world.options, attempts: 5, timeoutMs: 2500 });
    await expect(client.evaluate(PERMITTED)).rejects.toMatchObject({ kind: 'timeout' });
    expect(world.elapsed()).toBe(2500);
  });

  it('end with the signal of whoever asked, before, while and between', async () => {
    const controller = new AbortController();
    const world = fakeWorld(['hang']);
    const failed = new DecisionClient({ ...world.options, timing: realTiming }).evaluate(PERMITTED, {
      signal: controller.signal,
    });
    controller.abort();
    await expect(failed).rejects.toMatchObject({ kind: 'aborted' });
    const late = fakeWorld([200]);
    expect(await new DecisionClient(late.options).isAllowed(PERMITTED, { signal: controller.signal })).toBe(false);
    const between = new AbortController();
    const paused = fakeWorld([503, 200], () => between.abort());
    const ended = new DecisionClient(paused.options).evaluate(PERMITTED, { signal: between.signal });
    await expect(ended).rejects.toMatchObject({ kind: 'aborted', attempts: 2 });
  });

  it('leave no request behind', async () => {
    const world = fakeWorld(['hang', 200]);
    await new DecisionClient(world.options).evaluate(PERMITTED);
    expect(world.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('are none for a question that is no JSON', async () => {
    const world = fakeWorld([200]);
    const client = new DecisionClient(world.options);
    const question = { ...PERMITTED, context: { big: 1n as unknown as number } };
    await expect(client.evaluate(question)).rejects.toMatchObject({ kind: 'invalid' });
    expect(await client.isAllowed(question)).toBe(false);
    expect(world.sent()).toBe(0);
  });

  it('ask for a token each time', async () => {
    let tokens = 0;
    const world = fakeWorld([503, 200]);
    await new DecisionClient({ ...world.options, token: () => `t${(tokens += 1)}` }).evaluate(PERMITTED);
    expect(world.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('stay false where whoever is told of failures fails', async () => {
    const world = fakeWorld([400]);
    const client = new DecisionClient({
      ...world.options,
      onFailure: () => {
        throw new Error('no log');
      },
    });
    expect(await client.isAllowed(PERMITTED)).toBe(false);
  });
});

type Step = number | 'broken' | 'hang' | { readonly status: number; readonly retryAfter: string };

interface World {
  readonly options: ClientOptions;
  readonly pauses: readonly number[];
  readonly signals: readonly AbortSignal[];
  readonly authorizations: readonly unknown[];
  readonly sent: () => number;
  readonly elapsed: () => number;
}

/** A decision point that goes by a script, and a clock that moves when somebody sleeps. */
function fakeWorld(script: readonly Step[], onPause: () => void = () => {}): World {
  const pauses: number[] = [];
  const signals: AbortSignal[] = [];
  const authorizations: unknown[] = [];
  let elapsed = 0;
  let isHanging = false;
  const timing: Timing = {
    elapsed: () => elapsed,
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
        // Later, so that whatever is asked meanwhile is asked first: its limit of time never comes, unless it hangs.
        setImmediate(() => {
          if (signal.aborted || (signals.at(-1)?.aborted === false && !isHanging)) return;
          if (!isHanging) {
            pauses.push(ms);
            onPause();
          }
          isHanging = false;
          elapsed += ms;
          resolve();
        });
      }),
  };
  const fetch = async (_: string, init: RequestInit): Promise<Response> => {
    const step = script[signals.length] ?? 500;
    signals.push(init.signal as AbortSignal);
    authorizations.push((init.headers as Readonly<Record<string, string>>)['authorization']);
    if (step === 'broken') throw new TypeError('fetch failed');
    if (step === 'hang') {
      isHanging = true;
      return new Promise(() => {});
    }
    const { status, retryAfter } = typeof step === 'number' ? { status: step, retryAfter: undefined } : step;
    const headers = {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    };
    return new Response('{"decision":true}', { status, headers });
  };
  const options = { url: 'https://pdp.example.com', timing, fetch };
  return { options, pauses, signals, authorizations, sent: () => signals.length, elapsed: () => elapsed };
}

const realTiming: Timing = {
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => clearTimeout(timer));
    }),
  random: () => 0,
};
