import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../../test/connect-nats.ts';
import { describeService } from '../../../test/services.ts';
import { cuttable } from '../../server/test/instances/cuttable.ts';
import { cardea, folderWith } from './fake-terminal.ts';
import { serve, type Served, until } from './serving.ts';

const READERS =
  '- {uid: readers, effect: allow, subjects: [{type: user}], actions: [read], resources: [{type: book}]}\n';
const EVALUATION = '/access/v1/evaluation';
const QUESTION = {
  subject: { type: 'user', id: 'alice', properties: { email: 'alice@example.com' } },
  action: { name: 'read' },
  resource: { type: 'book', id: '1' },
};
const AT_ONCE = ['--set', 'shutdown.drainMs=0'];

/** A line of the log of a server, or of decisions. */
type Line = Readonly<Record<string, unknown>>;

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

async function stop({ child, ended }: Served): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

describe('what `cardea serve` tells operators', () => {
  it('are metrics of the decisions, the policies and the process', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const served = await serve(['-p', 'p.yaml', '--set', 'observe.metrics=true', ...AT_ONCE], { cwd });
    await served.ask(EVALUATION, QUESTION);
    const page = await (await fetch(`${served.url}/metrics`)).text();
    for (const line of [
      'cardea_decisions_total{decision="allow"} 1',
      'cardea_guard_policies 1',
      'cardea_guard_failing 0',
    ])
      expect(page.split('\n')).toContain(line);
    expect(page).toMatch(/^process_resident_memory_bytes \d+/m);
    await stop(served);
    // Nobody asked for them here.
    const other = await serve(['-p', 'p.yaml', ...AT_ONCE], { cwd });
    expect((await fetch(`${other.url}/metrics`)).status).toBe(404);
  });

  it('are spans, where an SDK of OpenTelemetry is loaded before', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS, 'sdk.mjs': sdkOf() });
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(join(cwd, 'sdk.mjs')).href}` };
    const served = await serve(['-p', 'p.yaml', '--set', 'observe.traces=true', ...AT_ONCE], { cwd, env });
    await served.ask(EVALUATION, QUESTION);
    await stop(served);
    expect(linesOf(await readFile(join(cwd, 'spans.ndjson'), 'utf8'))).toContainEqual({
      name: `POST ${EVALUATION}`,
      attributes: { 'http.request.method': 'POST', 'http.route': EVALUATION, 'http.response.status_code': 200 },
    });
  });

  it('are lines of the log for requests, and no word of what was asked', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const served = await serve(['-p', 'p.yaml', '--set', 'log.requests=true', ...AT_ONCE], { cwd });
    await served.ask(EVALUATION, QUESTION, { 'x-request-id': 'r-1' });
    await served.ask('/alice', QUESTION);
    await stop(served);
    expect(linesOf(served.log()).filter(({ msg }) => msg === 'answered')).toMatchObject([
      {
        level: 'info',
        method: 'POST',
        route: EVALUATION,
        status: 200,
        requestId: 'r-1',
        durationMs: expect.any(Number),
      },
      { level: 'info', method: 'POST', route: 'other', status: 404 },
    ]);
    expect(served.log()).not.toContain('alice');
  });

  it.each([
    ['debug', ['policies loaded', 'decided']],
    ['info', ['policies loaded']],
    ['error', []],
    ['silent', []],
  ])('are of level %s at least', async (level, messages) => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const served = await serve(['-p', 'p.yaml', '--set', `log.level=${level}`, ...AT_ONCE], { cwd });
    await served.ask(EVALUATION, QUESTION);
    await stop(served);
    expect(linesOf(served.log()).map(({ msg }) => msg)).toEqual(messages);
  });
});

describe('the decisions that `cardea serve` records', () => {
  it('are all in files that rotate when it ends, without what is redacted', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const settings = {
      to: 'd.ndjson',
      whenFull: 'block',
      maxBytes: '2000',
      maxFiles: '9',
      redact: 'subject.email',
    };
    const argv = Object.entries(settings).map(([key, value]) => `observe.decisions.${key}=${value}`);
    const served = await serve(['-p', 'p.yaml', '--set', ...argv, ...AT_ONCE], { cwd });
    for (let at = 0; at < 20; at++) await served.ask(EVALUATION, { ...QUESTION, action: { name: `a${at}` } });
    await served.ask(EVALUATION, QUESTION);
    await stop(served);
    const texts = await Promise.all(
      ['d.ndjson', ...Array.from({ length: 9 }, (_, at) => `d.ndjson.${at + 1}`)].map((name) =>
        readFile(join(cwd, name), 'utf8').catch(() => ''),
      ),
    );
    expect(texts.filter((text) => text !== '').length).toBeGreaterThan(1);
    const records = linesOf(texts.toReversed().join(''));
    expect(records.map(({ effect }) => effect)).toEqual([...Array(20).fill('deny'), 'allow']);
    expect(texts.join('')).not.toContain('alice@example.com');
  });

  it('keep it from starting where they have no place', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    for (const [to, reason] of [
      ['no/d.ndjson', '`observe.decisions.to`: '],
      ['oracle://h/x', 'observe.decisions.to: a log is a file or a URL of redis, rediss, nats, tls'],
      ['redis://a:S3CRET@h:x', 'observe.decisions.to: the URL is malformed: `redis://user:password@host:port`'],
      ['redis://a:S3CRET@127.0.0.1:1', '`observe.decisions.to`: `redis://***@127.0.0.1:1`: '],
      ['nats://a:S3CRET@127.0.0.1:1', '`observe.decisions.to`: `nats://***@127.0.0.1:1`: '],
    ] as const) {
      const env = { CARDEA_OBSERVE__DECISIONS__TO: to, CARDEA_OBSERVE__DECISIONS__WHEN_FULL: 'drop' };
      const { exitCode, stdout, stderr } = await cardea(['serve', '-p', 'p.yaml', '--port', '0'], { cwd, env });
      expect([to, exitCode, stdout]).toEqual([to, 2, '']);
      expect(stderr).toContain(reason);
      expect(stderr).not.toContain('S3CRET');
    }
    const { stderr } = await cardea(['serve', '--set', 'observe.decisions.to=redis://a:S3CRET@h'], { cwd });
    expect(stderr).toContain('a URL with a password is named by the file or the environment');
    expect(stderr).not.toContain('S3CRET');
  });
});

describeService('redis', 'the decisions that `cardea serve` records in Redis', (url) => {
  const streamOf = async () => {
    const redis = await createClient({ url }).connect();
    const stream = `cardea-test-${crypto.randomUUID()}`;
    onTestFinished(async () => {
      await redis.del(stream);
      redis.destroy();
    });
    return { stream, count: () => redis.xLen(stream) };
  };
  const start = async (to: string, more: readonly string[]): Promise<Served> => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const settings = more.map((setting) => `observe.decisions.${setting}`);
    const env = { CARDEA_OBSERVE__DECISIONS__TO: to };
    return serve(['-p', 'p.yaml', '--set', ...settings, ...AT_ONCE], { cwd, env });
  };

  it('are in its stream', async () => {
    const { stream, count } = await streamOf();
    const served = await start(url, ['whenFull=block', `stream=${stream}`]);
    for (let at = 0; at < 10; at++) await served.ask(EVALUATION, QUESTION);
    await stop(served);
    expect(await count()).toBe(10);
    expect(served.log()).not.toContain(new URL(url).password);
  });

  it.each([
    ['block', [200, 200, 503], 3],
    ['drop', [200, 200, 200], 1],
  ] as const)('are dealt with as `%s` says while it is gone', async (whenFull, statuses, recorded) => {
    const way = await cuttable(url);
    onTestFinished(() => way.close());
    const { stream, count } = await streamOf();
    const settings = [`whenFull=${whenFull}`, `stream=${stream}`, 'capacity=1', 'waitMs=50'];
    const served = await start(way.url, settings);
    const ask = async (): Promise<number> => (await served.ask(EVALUATION, QUESTION)).status;
    expect(await ask()).toBe(statuses[0]);
    await until(async () => (await count()) === 1);
    way.cut();
    expect([await ask(), await ask()]).toEqual(statuses.slice(1));
    way.mend();
    // What waited is written, and who asks now is answered.
    await until(async () => (await ask()) === 200 && (await count()) >= recorded);
    await stop(served);
    expect(served.log()).toContain('decisions cannot be recorded');
    expect(served.log()).not.toContain(new URL(url).password);
  });
});

describeService('nats', 'the decisions that `cardea serve` records in NATS', (url) => {
  it('are in a stream that takes its subject, and keep it from starting where there is none', async () => {
    const connection = await connectNats(url);
    onTestFinished(() => connection.close());
    const { streams } = await jetstreamManager(connection);
    const name = `test-${crypto.randomUUID()}`;
    const subject = `cardea.test.${crypto.randomUUID()}`;
    const cwd = await folderWith({ 'p.yaml': READERS });
    const env = { CARDEA_OBSERVE__DECISIONS__TO: url };
    const argv = [
      '-p',
      'p.yaml',
      '--set',
      'observe.decisions.whenFull=block',
      `observe.decisions.stream=${subject}`,
      ...AT_ONCE,
    ];
    const { exitCode, stderr } = await cardea(['serve', ...argv], { cwd, env });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('`observe.decisions.to`: `nats://***@127.0.0.1:')]);
    expect(stderr).not.toContain(new URL(url).password);

    await streams.add({ name, subjects: [subject] });
    onTestFinished(async () => void (await streams.delete(name)));
    const served = await serve(argv, { cwd, env });
    for (let at = 0; at < 10; at++) await served.ask(EVALUATION, QUESTION);
    await stop(served);
    expect((await streams.info(name)).state.messages).toBe(10);
    const message = await streams.getMessage(name, { seq: 1 });
    expect(message?.json()).toMatchObject({ effect: 'allow', deciders: '["readers"]' });
  });
});

/** An SDK that leaves its spans in a file; what it is made of is found beside this test. */
function sdkOf(): string {
  const { resolve } = createRequire(import.meta.url);
  const [api, sdk] = ['@opentelemetry/api', '@opentelemetry/sdk-trace-base'].map(
    (name) => pathToFileURL(resolve(name)).href,
  );
  return `
    import { appendFileSync } from 'node:fs';
    import api from '${api}';
    import sdk from '${sdk}';
    const exporter = {
      export: (spans, done) => {
        for (const { name, attributes } of spans)
          appendFileSync('spans.ndjson', JSON.stringify({ name, attributes }) + '\\n');
        done({ code: 0 });
      },
      shutdown: async () => undefined,
    };
    const spanProcessors = [new sdk.SimpleSpanProcessor(exporter)];
    api.trace.setGlobalTracerProvider(new sdk.BasicTracerProvider({ spanProcessors }));
  `;
}
