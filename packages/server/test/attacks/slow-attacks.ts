import { type Attack, EVALUATION, PERMITTED, rawAttack } from './attack.ts';
import type { Piece } from './raw-http.ts';
import { REQUEST_TIMEOUT_MS } from './target-options.ts';

const BODY = JSON.stringify(PERMITTED);
const PAUSE = { pauseMs: REQUEST_TIMEOUT_MS / 4 };
const HEAD = `POST ${EVALUATION} HTTP/1.1\r\nHost: pdp\r\n`;
const drops = (text: string): readonly Piece[] => Array.from(text).flatMap((letter) => [letter, PAUSE]);

/** Connections that are held for as long as they can be: each ends in time, with word of why or without. */
export const SLOW_ATTACKS: readonly Attack[] = [
  rawAttack('a head that never ends', [408], () => `${HEAD}X: y\r\n`),
  rawAttack('a head that comes letter by letter', [408], () => [HEAD, ...drops('X-Slow: loris')]),
  rawAttack(
    'a body that never comes',
    [408],
    (by) => `${HEAD}${by}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
  ),
  rawAttack('a body that comes letter by letter', [408], (by) => [
    `${HEAD}${by}Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`,
    ...drops(BODY.slice(0, 12)),
  ]),
  rawAttack('chunks that never end', [408], (by) => [
    `${HEAD}${by}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ...drops('1\r\n{\r\n1\r\n"\r\n'),
  ]),
  rawAttack('a connection on which nothing is said', [408], () => []),
];
