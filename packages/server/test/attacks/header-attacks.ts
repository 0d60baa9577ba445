import { type Attack, attack, EVALUATION, PERMITTED, rawAttack } from './attack.ts';

const BODY = JSON.stringify(PERMITTED);
const YES = { body: '{"decision":true}' };
const withHeader = (name: string, status: number, ...headers: readonly string[]): Attack =>
  attack(name, status, { headers });
/** Nothing is done that the header says: the policy stays, and the answer is that of the method. */
const overridden = (header: string): Attack =>
  attack(`\`${header}\``, 405, {
    path: '/v1/policies/canary-policy',
    as: 'editor',
    headers: [header, 'If-Match: "1"'],
  });
const written = (name: string, status: number, ...headers: readonly string[]): Attack =>
  attack(name, status, { method: 'DELETE', path: '/v1/policies/canary-policy', as: 'editor', headers, body: '' });
const bodiless = (method: string, status: number, path: string): Attack =>
  attack(`${method} of ${path}`, status, { method, path, as: 'nobody', body: '' }, { bodiless: method === 'HEAD' });

/** Headers and methods that change what a request is, or go where they do not belong. */
export const HEADER_ATTACKS: readonly Attack[] = [
  withHeader('a request id that is too long', 400, `X-Request-ID: ${'x'.repeat(129)}`),
  withHeader('an empty request id', 400, 'X-Request-ID:'),
  withHeader('a request id with a space', 400, 'X-Request-ID: a b'),
  withHeader('a request id with a tab', 400, 'X-Request-ID: a\tb'),
  withHeader('a request id beyond ASCII', 400, 'X-Request-ID: \u00e9'),
  withHeader('two request ids', 400, 'X-Request-ID: a', 'X-Request-ID: b'),
  attack(
    'a request id that is a program',
    200,
    { headers: ['X-Request-ID: ${jndi:ldap://x}'] },
    {
      ...YES,
      headers: { 'x-request-id': '${jndi:ldap://x}' },
    },
  ),
  withHeader('an encoded line break in a least revision', 400, 'Cardea-Min-Revision: 1%0d%0aSet-Cookie: x'),
  withHeader('a least revision below 0', 400, 'Cardea-Min-Revision: -1'),
  withHeader('a least revision beyond whole numbers', 400, `Cardea-Min-Revision: ${'9'.repeat(17)}`),
  withHeader('a least revision that never comes', 503, 'Cardea-Min-Revision: 999999999999999'),
  withHeader('a detail of the prototype', 400, 'Cardea-Include: __proto__'),
  withHeader('the deciders for a decider', 403, 'Cardea-Include: deciders'),
  withHeader('the explanation for a decider', 403, 'Cardea-Include: revision', 'Cardea-Include: explanation'),
  withHeader('twenty thousand headers of one name', 431, ...Array.from({ length: 20_000 }, () => 'X: y')),
  withHeader(
    'a header behind two thousand others',
    400,
    ...Array.from({ length: 2500 }, () => 'a:'),
    'Cardea-Include: x',
  ),
  withHeader('a header of twenty thousand letters', 431, `X: ${'y'.repeat(20_000)}`),
  attack('another host', 200, { host: 'evil.example' }, YES),
  attack('another host for the metadata', 200, {
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    as: 'nobody',
    host: 'evil.example',
    headers: ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example'],
    body: '',
  }),
  attack('the address of another caller', 200, { headers: ['X-Forwarded-For: 127.0.0.1', 'X-Real-IP: ::1'] }, YES),
  attack('the address of a caller that needs no credentials', 401, {
    as: 'nobody',
    headers: ['X-Forwarded-For: 127.0.0.1'],
  }),
  attack('a path for a proxy to rewrite', 401, {
    as: 'nobody',
    headers: ['X-Original-URL: /health/live', 'X-Rewrite-URL: /health/live'],
  }),
  overridden('X-HTTP-Method-Override: DELETE'),
  overridden('X-HTTP-Method: DELETE'),
  overridden('X-Method-Override: DELETE'),
  attack('a method in the query', 405, {
    path: '/v1/policies/canary-policy?_method=DELETE',
    as: 'editor',
    headers: ['If-Match: "1"'],
  }),
  attack('credentials in the query', 401, { as: 'nobody', path: `${EVALUATION}?access_token=x` }),
  attack('credentials in a cookie', 401, { as: 'nobody', headers: ['Cookie: authorization=x; access_token=x'] }),
  attack('credentials in another header', 401, {
    as: 'nobody',
    headers: ['Proxy-Authorization: Bearer x', 'X-API-Key: x'],
  }),
  attack('a page of another origin', 405, {
    method: 'OPTIONS',
    as: 'nobody',
    headers: ['Origin: https://evil.example', 'Access-Control-Request-Method: POST'],
    body: '',
  }),
  bodiless('HEAD', 405, EVALUATION),
  bodiless('HEAD', 401, '/v1/policies'),
  bodiless('TRACE', 405, EVALUATION),
  bodiless('OPTIONS', 405, '/v1/policies'),
  bodiless('PROPFIND', 405, EVALUATION),
  bodiless('PURGE', 405, '/v1/policies/canary-policy'),
  bodiless('get', 400, '/v1/policies'),
  written('no `If-Match`', 428),
  written('`If-Match: *`', 400, 'If-Match: *'),
  written('a weak tag', 400, 'If-Match: W/"1"'),
  written('a tag without quotes', 400, 'If-Match: 1'),
  written('a tag with a zero before it', 400, 'If-Match: "01"'),
  written('a tag with a fraction', 400, 'If-Match: "1.0"'),
  written('a tag with a sign', 400, 'If-Match: "+1"'),
  written('two tags', 400, 'If-Match: "0", "1"'),
  written('two headers with tags', 400, 'If-Match: "0"', 'If-Match: "1"'),
  written('a tag beyond whole numbers', 400, `If-Match: "${'9'.repeat(16)}"`),
  written('a tag of no revision yet', 412, 'If-Match: "999999"'),
  written('a tag of long ago', 412, 'If-Match: "0"'),
  written('only `If-None-Match`', 428, 'If-None-Match: *'),
  rawAttack('credentials twice', [401], (by) => [
    `POST ${EVALUATION} HTTP/1.1\r\nHost: pdp\r\nContent-Type: application/json\r\n${by}Authorization: Bearer x\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  ]),
  rawAttack('two hosts', [400], (by) => [
    `POST ${EVALUATION} HTTP/1.1\r\nHost: pdp\r\nHost: evil.example\r\nContent-Type: application/json\r\n${by}Content-Length: ${BODY.length}\r\n\r\n${BODY}`,
  ]),
];
