import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createApiKey } from '@cardea/server';
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';
import { type Answer, serve, type Served, until } from './serving.ts';

const READERS =
  '- {uid: readers, effect: allow, subjects: [{type: user}], actions: [read], resources: [{type: book}]}\n';
const LOCKED = `${READERS}- {uid: locked, effect: deny, subjects: [{$any: true}], actions: [{$any: true}], resources: [{$any: true}]}\n`;
const ENTITIES = '{"entities":[{"type":"user","id":"alice"},{"type":"book","id":"1"}],"actions":[{"name":"read"}]}';
const EVALUATION = '/access/v1/evaluation';
const QUESTION = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: '1' },
};
const ALLOWED: Answer = { status: 200, body: { decision: true } };
const DENIED: Answer = { status: 200, body: { decision: false } };
const AT_ONCE = ['--set', 'shutdown.drainMs=0'];
const OFTEN = ['--set', 'reload.everyMs=20'];

async function stop({ child, ended }: Served, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  child.kill(signal);
  return ended;
}

describe('`cardea serve` over documents', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('answers until it gets %s, and then ends well', async (signal) => {
    const cwd = await folderWith({ 'p.yaml': READERS, 'e.json': ENTITIES });
    const served = await serve(['-p', 'p.yaml', '--entities', 'e.json', ...AT_ONCE], { cwd });
    expect(await served.ask(EVALUATION, QUESTION)).toEqual(ALLOWED);
    const search = await served.ask('/access/v1/search/resource', { ...QUESTION, resource: { type: 'book' } });
    expect(search.body).toEqual({ results: [{ type: 'book', id: '1' }] });
    expect((await served.ask('/health/ready')).status).toBe(200);
    expect(await stop(served, signal)).toBe(0);
    await expect(served.ask('/health/live')).rejects.toThrow('fetch failed');
  });

  it('decides over documents as they are now, and over the last that were right', async () => {
    const cwd = await folderWith({ 'p/a.yaml': READERS, 'e.json': ENTITIES });
    const served = await serve(['-p', 'p', '--entities', 'e.json', ...AT_ONCE, ...OFTEN], { cwd });
    const decides = async (answer: Answer): Promise<boolean> =>
      JSON.stringify(await served.ask(EVALUATION, QUESTION)) === JSON.stringify(answer);
    expect(await decides(ALLOWED)).toBe(true);

    await writeFile(join(cwd, 'p/a.yaml'), LOCKED);
    await until(() => decides(DENIED));
    await writeFile(join(cwd, 'p/a.yaml'), `${LOCKED}- {uid: broken}\n`);
    await until(() => served.log().includes('policies stay as they were'));
    expect(served.log()).toContain('p/a.yaml:3');
    expect(await decides(DENIED)).toBe(true);

    // Replaced as volumes of an orchestrator are.
    await writeFile(join(cwd, 'new.yaml'), READERS);
    await rename(join(cwd, 'new.yaml'), join(cwd, 'p/a.yaml'));
    await until(() => decides(ALLOWED));
    await writeFile(join(cwd, 'p/b.yaml'), LOCKED.replace(READERS, ''));
    await until(() => decides(DENIED));
    await writeFile(join(cwd, 'e.json'), ENTITIES.replace('"1"', '"2"'));
    await until(() => served.log().includes('entities were read again'));
  });

  it('asks for the keys that the file has now', async () => {
    const [old, other] = [
      await createApiKey({ id: 'old', roles: ['decider'] }),
      await createApiKey({ id: 'new', roles: ['decider'] }),
    ];
    const keys = (...made: readonly (typeof old)[]): string =>
      JSON.stringify({ keys: made.map(({ record }) => record) });
    const cwd = await folderWith({ 'p.yaml': READERS, 'k.json': keys(old) });
    const argv = [
      '-p',
      'p.yaml',
      '--host',
      '0.0.0.0',
      '--public-url',
      'https://pdp.example',
      '--api-keys',
      'k.json',
      ...AT_ONCE,
      ...OFTEN,
    ];
    const served = await serve(argv, { cwd });
    const status = async (key: string): Promise<number> =>
      (await served.ask(EVALUATION, QUESTION, { authorization: `Bearer ${key}` })).status;
    expect([await status(old.key), await status(other.key)]).toEqual([200, 401]);
    await writeFile(join(cwd, 'k.json'), keys(old, other));
    await until(async () => (await status(other.key)) === 200);
    expect(await status(old.key)).toBe(200);
    await writeFile(join(cwd, 'k.json'), keys(other));
    await until(async () => (await status(old.key)) === 401);
    // A file that is wrong takes no key away, and gives none.
    await writeFile(join(cwd, 'k.json'), '{"keys":[{}]}');
    await until(() => served.log().includes('API keys stay as they were'));
    expect([await status(old.key), await status(other.key)]).toEqual([401, 200]);
    expect(served.log()).not.toContain(other.record.sha256);
  });
});

describe('the callers of `cardea serve`', () => {
  it('are those of issuers, whose keys it fetches, and those of whom a proxy tells', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'a' }] });
    const issuer = createServer((_, response) => void response.end(jwks)).listen(0, '127.0.0.1');
    onTestFinished(() => void issuer.close());
    await once(issuer, 'listening');
    const { port } = issuer.address() as AddressInfo;
    const config = {
      policies: ['p.yaml'],
      authentication: {
        jwt: [
          {
            issuer: 'https://login',
            audience: 'pdp',
            jwksUrl: `http://127.0.0.1:${port}/`,
            standardRoles: ['decider'],
          },
        ],
        proxies: [
          {
            peers: ['127.0.0.1'],
            header: 'x-client',
            form: 'subject',
            callers: [{ subject: 'CN=gateway', caller: 'gateway', roles: ['decider'] }],
          },
        ],
      },
    };
    const cwd = await folderWith({ 'p.yaml': READERS, 'c.json': JSON.stringify(config) });
    const served = await serve(['-c', 'c.json', ...AT_ONCE], { cwd });
    const token = (audience: string): Promise<string> =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: 'a' })
        .setIssuer('https://login')
        .setAudience(audience)
        .setSubject('x')
        .setExpirationTime('1m')
        .sign(privateKey);
    const status = async (headers: Readonly<Record<string, string>>): Promise<number> =>
      (await served.ask(EVALUATION, QUESTION, headers)).status;
    expect(await status({ authorization: `Bearer ${await token('pdp')}` })).toBe(200);
    expect(await status({ authorization: `Bearer ${await token('other')}` })).toBe(401);
    expect(await status({ 'x-client': 'CN=gateway' })).toBe(200);
    expect(await status({ 'x-client': 'CN=other' })).toBe(401);
    expect(await status({})).toBe(401);
    expect(await stop(served)).toBe(0);
  });
});

describe('the metadata of `cardea serve`', () => {
  it('is signed with the key of a file', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const cwd = await folderWith({ 'p.yaml': READERS, 'm.pem': await exportPKCS8(privateKey) });
    const served = await serve(['-p', 'p.yaml', '--set', 'metadata.key=m.pem', ...AT_ONCE], { cwd });
    const { body } = await served.ask('/.well-known/authzen-configuration');
    const { signed_metadata: signed } = body as { readonly signed_metadata: string };
    const { payload } = await jwtVerify(signed, publicKey, { issuer: served.url });
    expect(payload['access_evaluation_endpoint']).toBe(`${served.url}${EVALUATION}`);
    expect(await stop(served)).toBe(0);
  });
});

describe('`cardea serve` over a store', () => {
  it('fills an SQLite file once, follows it, and lets administrators change it', async () => {
    const { key, record } = await createApiKey({ id: 'k', roles: ['admin'] });
    const cwd = await folderWith({ 'policies/p.yaml': READERS, 'k.json': JSON.stringify({ keys: [record] }) });
    const settings = ['administration.enabled=true', 'administration.history=h.ndjson', 'gateways.opa.path=x'];
    const argv = ['--api-keys', 'k.json', '--set', ...settings, ...AT_ONCE];
    const authorization = `Bearer ${key}`;
    const first = await serve(argv, { cwd });
    expect(await first.ask(EVALUATION, QUESTION, { authorization })).toEqual(ALLOWED);
    const deleted = await fetch(`${first.url}/v1/policies/readers`, {
      method: 'DELETE',
      headers: { authorization, 'if-match': '"1"' },
    });
    expect(deleted.status).toBe(200);
    expect(await first.ask(EVALUATION, QUESTION, { authorization })).toEqual(DENIED);
    expect(await stop(first)).toBe(0);

    const second = await serve(argv, { cwd });
    const { body: history } = await second.ask('/v1/policies:history', undefined, { authorization });
    expect(JSON.stringify(history)).toContain('"caller":"k"');
    const opa = await second.ask('/v1/data/x/allow', { input: QUESTION }, { authorization });
    expect(opa.body).toEqual({ result: false });
    expect(await second.ask(EVALUATION, QUESTION, { authorization })).toEqual(DENIED);
    expect((await cardea(['store', 'import', 'policies', '-s', 'cardea.db'], { cwd })).exitCode).toBe(0);
    await until(async () =>
      JSON.stringify((await second.ask(EVALUATION, QUESTION, { authorization })).body).includes('true'),
    );
    expect(await stop(second)).toBe(0);
  });

  it('asks the store each time with --on-demand', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    await cardea(['store', 'import', 'p.yaml', '-s', 'p.db'], { cwd });
    const served = await serve(['--on-demand', ...AT_ONCE], { cwd, env: { CARDEA_STORE: 'p.db' } });
    expect(await served.ask(EVALUATION, QUESTION)).toEqual(ALLOWED);
    expect(await stop(served)).toBe(0);
  });
});

describe('the end of a server', () => {
  it('drops no answer: what was asked is answered, and each connection is told', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const served = await serve(['-p', 'p.yaml', '--set', 'shutdown.drainMs=1000'], { cwd });
    const counts = Array.from({ length: 16 }, () => 0);
    const clients = counts.map((_, at) => askUntilClosed(served.url, () => (counts[at] = (counts[at] ?? 0) + 1)));
    // A request of which a part has arrived.
    const slow = halfAsked(served.url);
    await slow.begun;
    await until(() => Math.min(...counts) > 1);
    served.child.kill('SIGTERM');
    await until(async () => (await fetch(`${served.url}/health/ready`)).status === 503);
    await Promise.all(clients);
    // It listens no more, and still waits for who has begun to ask.
    await until(async () => !(await isListening(served)));
    expect(await slow.end()).toContain('HTTP/1.1 200');
    expect(await served.ended).toBe(0);
  });

  it('does not wait for ever for who does not finish', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const served = await serve(['-p', 'p.yaml', ...AT_ONCE, '--set', 'shutdown.timeoutMs=100'], { cwd });
    const slow = halfAsked(served.url);
    await slow.begun;
    expect(await stop(served)).toBe(0);
    expect(await slow.end()).not.toContain('200');
  });
});

describe('`cardea serve` that cannot begin', () => {
  it.each<[string, readonly string[], string]>([
    [
      'no policies',
      [],
      'name the policies: --policies <path...>, --store <url> or --config <file>; there is neither `policies` nor `cardea.db` here',
    ],
    [
      'an address that others reach',
      ['-p', 'p.yaml', '--host', '0.0.0.0'],
      '--host: listen.host: others reach this address, and nobody is asked who they are: set `authentication`',
    ],
    ['a wrong port', ['-p', 'p.yaml', '--port', 'http'], '--port: listen.port: must be a number'],
    ['a wrong file', ['-p', 'p.yaml', '-c', 'c.yaml'], 'c.yaml:2:3: limits.depth: must be at least 1'],
    ['a file with a key twice', ['-c', 'twice.yaml'], 'twice.yaml:2:1: listen: `listen` is named twice'],
    ['a file that is not there', ['-c', 'no.yaml'], 'no.yaml: cannot be read: there is no such file or directory'],
    ['policies that are wrong', ['-p', 'c.yaml'], 'c.yaml:1:1'],
    ['policies that are not there', ['-p', 'no'], 'no: cannot be read: there is no such file or directory'],
    ['a store that is not there', ['-s', 'no.db'], 'there is no store at'],
    ['a store of an unknown kind', ['-s', 'oracle://a:S3CRET@h/d'], '--store: store: a store is a file or a URL of'],
    ['entities that are wrong', ['-p', 'p.yaml', '--entities', 'e.json'], 'e.json:1:14: entities[0].id'],
    ['keys that are wrong', ['-p', 'p.yaml', '--api-keys', 'k.json'], 'k.json:1:2: keys'],
    [
      'secrets that are too short',
      ['-p', 'p.yaml', '--set', 'pages.secrets=s.txt'],
      's.txt:1:1: is no secret of at least 32 bytes in Base64',
    ],
    ['a key of the metadata that is none', ['-p', 'p.yaml', '--set', 'metadata.key=s.txt'], 'is no private key for'],
    ['a setting without a value', ['-p', 'p.yaml', '--set', 'limits'], '--set takes a key and a value'],
    ['the store by --set', ['--set', 'store=postgres://a:S3CRET@h/d'], 'name the store by --store or CARDEA_STORE'],
  ])('with %s says why, and ends with 2', async (_, argv, reason) => {
    const cwd = await folderWith({
      'p.yaml': READERS,
      'c.yaml': 'limits:\n  depth: 0\n',
      'twice.yaml': 'listen: {}\nlisten: {}\n',
      'e.json': '{"entities":[{"type":"user"}]}',
      'k.json': '{"keys":{}}',
      's.txt': 'UzNDUkVU\n',
    });
    const { exitCode, stdout, stderr } = await cardea(['serve', ...argv], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/S3CRET|UzNDUkVU|^\s+at /m);
  });

  it('says that another program listens there', async () => {
    const cwd = await folderWith({ 'p.yaml': READERS });
    const served = await serve(['-p', 'p.yaml'], { cwd });
    const { port } = new URL(served.url);
    const { exitCode, stderr } = await cardea(['serve', '-p', 'p.yaml', '--port', port], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`cannot listen at \`127.0.0.1:${port}\`: another program listens there`);
  });
});

/** Asks over one connection, again and again, until an answer closes it. */
async function askUntilClosed(url: string, onAnswer: () => void): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let isClosed = false; !isClosed; ) {
    const sent = request(`${url}${EVALUATION}`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    });
    sent.end(JSON.stringify(QUESTION));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks = await response.toArray();
    expect([response.statusCode, chunks.join('')]).toEqual([200, '{"decision":true}']);
    onAnswer();
    isClosed = response.headers.connection === 'close';
  }
  agent.destroy();
}

async function isListening({ ask }: Served): Promise<boolean> {
  return ask('/health/live').then(
    () => true,
    () => false,
  );
}

/** Sends half a request, and the rest when it is wanted. */
function halfAsked(url: string): { readonly begun: Promise<unknown>; readonly end: () => Promise<string> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify(QUESTION);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.on('error', () => undefined);
  // Not by `once` of events: a connection that is cut off is closed, too.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const head = `POST ${EVALUATION} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const begun = new Promise((resolve) => socket.write(head + body.slice(0, 9), resolve));
  return {
    begun,
    end: async () => {
      socket.write(body.slice(9));
      await closed;
      return answer;
    },
  };
}
