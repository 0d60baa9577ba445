import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type ApiResponse,
  type CertificateForm,
  decisionPoint,
  fetchHandler,
  proxyCertificates,
  type ProxyCertificatesOptions,
} from '../src/index.ts';
import { createServer } from '../src/node/index.ts';
import { libraryGuard, PERMITTED } from './library.ts';

// Whatever bytes: nobody reads a certificate, it is known by its digest.
const DER = Buffer.from('a certificate of the gateway, in as many bytes as it takes');
const SHA256 = createHash('sha256').update(DER).digest('hex');
const COLONS = SHA256.toUpperCase().replaceAll(/..(?!$)/g, '$&:');
const PEM = `-----BEGIN CERTIFICATE-----\n${DER.toString('base64')}\n-----END CERTIFICATE-----\n`;
const SUBJECT = 'CN=gateway,O=Example';
const LIBRARY = { guard: libraryGuard(), publicUrl: 'https://pdp.example' };

function options(form: CertificateForm, more: Partial<ProxyCertificatesOptions> = {}): ProxyCertificatesOptions {
  const certificate = form === 'subject' ? { subject: SUBJECT } : { fingerprint: COLONS };
  const callers = [{ ...certificate, caller: 'gateway', roles: ['decider'] as const }];
  return { peers: ['10.0.0.0/8', '::1'], header: 'X-Client', form, callers, ...more };
}

async function ask(
  given: ProxyCertificatesOptions,
  headers: Readonly<Record<string, string>>,
  peer: string | undefined = '10.1.2.3',
): Promise<ApiResponse> {
  const handle = await decisionPoint({ ...LIBRARY, authenticators: [proxyCertificates(given)] });
  const all = new Map(Object.entries({ 'content-type': 'application/json', ...headers }));
  const body = new TextEncoder().encode(JSON.stringify(PERMITTED));
  const request = { method: 'POST', path: '/access/v1/evaluation', query: '', body, peer };
  return handle({ ...request, header: (name) => all.get(name) });
}

describe('a certificate that a proxy tells of', () => {
  it.each<[string, CertificateForm, string]>([
    ['its subject', 'subject', SUBJECT],
    ['its digest', 'fingerprint', SHA256],
    ['its digest with colons', 'fingerprint', COLONS],
    ['itself, after RFC 9440', 'certificate', `:${DER.toString('base64')}:`],
    ['itself, as PEM', 'certificate', PEM],
    ['itself, as PEM in percent', 'certificate', encodeURIComponent(PEM)],
    ['itself, as PEM without lines', 'certificate', PEM.replaceAll('\n', ' ')],
    ['itself, as Base64', 'certificate', DER.toString('base64')],
    ['what Envoy writes', 'xfcc', `By=spiffe://x;Hash=${SHA256};Subject="CN=a,b;Hash=0";URI=spiffe://y`],
  ])('lets its caller ask by %s', async (_, form, told) => {
    expect(await ask(options(form), { 'x-client': told })).toMatchObject({ status: 200, body: '{"decision":true}' });
  });

  it.each<[string, CertificateForm, string]>([
    ['another subject', 'subject', 'CN=gateway,O=Example,O=More'],
    ['two headers of one name', 'subject', `CN=evil, ${SUBJECT}`],
    ['a name of the prototype', 'subject', '__proto__'],
    ['another digest', 'fingerprint', SHA256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))],
    ['a shorter digest', 'fingerprint', SHA256.slice(2)],
    ['two digests', 'fingerprint', `${SHA256}, ${SHA256}`],
    ['another certificate', 'certificate', `:${Buffer.from('other').toString('base64')}:`],
    ['two certificates', 'certificate', `${PEM}${PEM}`],
    ['what is no Base64', 'certificate', '::'],
    ['what is no text in percent', 'certificate', '%E0%A4%A'],
    ['several elements of Envoy', 'xfcc', `Hash=${SHA256},Hash=${SHA256}`],
    ['an element with two digests', 'xfcc', `Hash=${SHA256};Hash=${SHA256}`],
    ['a digest within a subject', 'xfcc', `Subject="x;Hash=${SHA256}"`],
    ['an element that ends within a text', 'xfcc', `Hash=${SHA256};Subject="x`],
  ])('is refused by %s', async (_, form, told) => {
    const answer = await ask(options(form), { 'x-client': told });
    expect(answer.status).toBe(401);
    expect(answer.body).toBe('{"error":"the certificate is not of a known caller"}');
  });

  it.each<[string | undefined, number]>([
    ['10.255.0.1', 200],
    ['::ffff:10.0.0.1', 200],
    ['::1', 200],
    ['11.0.0.1', 401],
    ['127.0.0.1', 401],
    ['::2', 401],
    ['10.0.0.1, 11.0.0.1', 401],
    ['', 401],
  ])('is believed where `%s` is connected: %i', async (peer, status) => {
    expect((await ask(options('subject'), { 'x-client': SUBJECT }, peer)).status).toBe(status);
  });

  it('is not believed for what a request says of who sent it', async () => {
    const forwarded = { 'x-forwarded-for': '10.0.0.1', 'x-real-ip': '10.0.0.1', forwarded: 'for=10.0.0.1' };
    expect((await ask(options('subject'), { 'x-client': SUBJECT, ...forwarded }, '11.0.0.1')).status).toBe(401);
  });

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['was checked', { 'x-verify': 'SUCCESS' }, 200],
    ['was not', { 'x-verify': 'FAILED:expired' }, 401],
    ['is not said to be checked', {}, 401],
  ])('counts where it %s', async (_, headers, status) => {
    const given = options('subject', { verified: { header: 'X-Verify', value: 'SUCCESS' } });
    expect((await ask(given, { 'x-client': SUBJECT, ...headers })).status).toBe(status);
  });

  it('is not needed where there is none, and the challenge says so', async () => {
    const answer = await ask(options('subject'), {});
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Mutual realm="cardea"']);
  });

  it('counts where the server knows who is connected, and not where it does not', async () => {
    const authenticators = [proxyCertificates(options('subject', { peers: ['127.0.0.1'] }))] as const;
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client': SUBJECT },
      body: JSON.stringify(PERMITTED),
    };
    const server = await createServer({ ...LIBRARY, authenticators });
    try {
      expect((await fetch(`${server.url}/access/v1/evaluation`, init)).status).toBe(200);
    } finally {
      await server.close();
    }
    const handle = fetchHandler(await decisionPoint({ ...LIBRARY, authenticators }));
    expect((await handle(new Request('https://pdp.example/access/v1/evaluation', init))).status).toBe(401);
  });
});

describe('certificates by a proxy', () => {
  const caller = { caller: 'gateway', roles: ['decider'] as const };

  it.each<[string, Partial<ProxyCertificatesOptions>, string]>([
    ['no peers', { peers: [] }, 'no peers are named'],
    ['a peer that is no network', { peers: ['10.0.0.1/8'] }, 'bits are set beyond its prefix'],
    ['a header without a name', { header: '' }, '`` is no name of a header'],
    ['a header with a line', { header: 'x\r\ny' }, 'is no name of a header'],
    [
      'a caller without a certificate',
      { callers: [caller] },
      'caller `gateway`: certificates are told by their subject',
    ],
    ['a caller of another form', { callers: [{ ...caller, fingerprint: SHA256 }] }, 'by their subject here'],
    [
      'two callers of one certificate',
      {
        callers: [
          { ...caller, subject: 'a' },
          { ...caller, subject: 'a' },
        ],
      },
      'one certificate',
    ],
    [
      'a digest that is too short',
      { form: 'xfcc', callers: [{ ...caller, fingerprint: 'abcd' }] },
      '64 hexadecimal digits',
    ],
  ])('are refused with %s', (_, more, reason) => {
    expect(() => proxyCertificates(options('subject', more))).toThrow(reason);
  });
});
