import { type Attack, EVALUATION, PERMITTED, rawAttack } from './attack.ts';

const BODY = JSON.stringify(PERMITTED);
const LENGTH = Buffer.byteLength(BODY);
const CHUNK = `${LENGTH.toString(16)}\r\n${BODY}\r\n`;
const HEAD = `POST ${EVALUATION} HTTP/1.1\r\nHost: pdp\r\nContent-Type: application/json\r\n`;
/** A write that an attacker wants somebody else's connection to send. */
const SMUGGLED = 'DELETE /v1/policies/canary-policy HTTP/1.1\r\nHost: pdp\r\nIf-Match: "1"\r\n\r\n';

const refused = (name: string, text: (authorization: string) => string): Attack => rawAttack(name, [400], text);

/** Requests that two readers of HTTP would cut differently (RFC 9112 §11.2), and such as are no HTTP. */
export const FRAMING_ATTACKS: readonly Attack[] = [
  refused(
    'a length beside a transfer encoding',
    (by) => `${HEAD}${by}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}0\r\n\r\n${SMUGGLED}`,
  ),
  refused(
    'a transfer encoding beside a length',
    (by) => `${HEAD}${by}Transfer-Encoding: chunked\r\nContent-Length: ${LENGTH}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ),
  refused(
    'two lengths that differ',
    (by) => `${HEAD}${by}Content-Length: 0\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  refused(
    'two lengths that are the same',
    (by) => `${HEAD}${by}Content-Length: ${LENGTH}\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  refused('a list of lengths', (by) => `${HEAD}${by}Content-Length: ${LENGTH}, ${LENGTH}\r\n\r\n${BODY}`),
  refused('a length below 0', (by) => `${HEAD}${by}Content-Length: -1\r\n\r\n${BODY}`),
  refused('a length with a sign', (by) => `${HEAD}${by}Content-Length: +${LENGTH}\r\n\r\n${BODY}`),
  refused('a length in hexadecimal digits', (by) => `${HEAD}${by}Content-Length: 0x10\r\n\r\n${BODY}`),
  refused('a length beyond 64 bits', (by) => `${HEAD}${by}Content-Length: 18446744073709551617\r\n\r\n${BODY}`),
  refused('a length with a space before the colon', (by) => `${HEAD}${by}Content-Length : ${LENGTH}\r\n\r\n${BODY}`),
  refused('an unknown transfer encoding', (by) => `${HEAD}${by}Transfer-Encoding: xchunked\r\n\r\n${CHUNK}0\r\n\r\n`),
  refused(
    'an encoding after `chunked`',
    (by) => `${HEAD}${by}Transfer-Encoding: chunked, identity\r\n\r\n${CHUNK}0\r\n\r\n`,
  ),
  refused(
    '`chunked` twice',
    (by) => `${HEAD}${by}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${CHUNK}0\r\n\r\n`,
  ),
  refused(
    'an encoding behind a tab within a word',
    (by) => `${HEAD}${by}Transfer-Encoding: chun\tked\r\n\r\n${CHUNK}0\r\n\r\n`,
  ),
  refused(
    'a chunk whose size is no number',
    (by) => `${HEAD}${by}Transfer-Encoding: chunked\r\n\r\nzz\r\n${BODY}\r\n0\r\n\r\n`,
  ),
  refused(
    'a chunk whose size is beyond 64 bits',
    (by) => `${HEAD}${by}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${BODY}\r\n0\r\n\r\n`,
  ),
  refused(
    'a chunk that is longer than its size',
    (by) => `${HEAD}${by}Transfer-Encoding: chunked\r\n\r\n1\r\n${BODY}\r\n0\r\n\r\n`,
  ),
  refused('a folded header', (by) => `${HEAD}${by}X-Request-ID: a\r\n b\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`),
  refused('lines without carriage returns', (by) => `${HEAD}${by}Content-Length: ${LENGTH}\n\n${BODY}`),
  refused('a header without a colon', (by) => `${HEAD}${by}Content-Length\r\n\r\n`),
  refused('a header without a name', (by) => `${HEAD}${by}: x\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`),
  refused('NUL in a header', (by) => `${HEAD}${by}X-Request-ID: a\0b\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`),
  refused(
    'a carriage return in a request id',
    (by) => `${HEAD}${by}X-Request-ID: a\rSet-Cookie: x=1\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  refused(
    'no host',
    (by) =>
      `POST ${EVALUATION} HTTP/1.1\r\nContent-Type: application/json\r\n${by}Content-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  refused(
    'a version that there is not',
    (by) => `POST ${EVALUATION} HTTP/1.9\r\nHost: pdp\r\n${by}Content-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  refused('the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  refused(
    'a space within the path',
    (by) => `POST ${EVALUATION} x HTTP/1.1\r\nHost: pdp\r\n${by}Content-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  refused('a greeting of TLS', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003'),
  rawAttack('a method that there is not', [400], (by) => `EVALUATE ${EVALUATION} HTTP/1.1\r\nHost: pdp\r\n${by}\r\n`),
  rawAttack(
    'another request within the body',
    [200, 401],
    (by) => `${HEAD}${by}Content-Length: ${LENGTH}\r\n\r\n${BODY}${SMUGGLED}`,
  ),
  rawAttack(
    'a trailer that claims credentials',
    [401],
    () =>
      `${HEAD}Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n${CHUNK}0\r\nAuthorization: Bearer x\r\n\r\n`,
  ),
  rawAttack(
    'an expectation that nobody meets',
    [417],
    (by) => `${HEAD}${by}Expect: miracles\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  rawAttack('a request to tunnel', [], () => 'CONNECT db.internal:5432 HTTP/1.1\r\nHost: pdp\r\n\r\n'),
  rawAttack(
    'an upgrade to HTTP/2',
    [200],
    (by) =>
      `${HEAD}${by}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
  rawAttack(
    'fifty requests at once',
    Array.from({ length: 50 }, () => 200),
    (by) => `${HEAD}${by}Content-Length: ${LENGTH}\r\n\r\n${BODY}`.repeat(50),
  ),
  rawAttack(
    'a request behind bytes that are none',
    [400],
    (by) => `\u0001${HEAD}${by}Content-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ),
];
