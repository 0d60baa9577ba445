import type { Piece } from './raw-http.ts';
import type { Sender, Target } from './target.ts';

/** A request that somebody sends who wants what they may not have, and what they get. */
export interface Attack {
  /** The end of the sentence "a server stands …". */
  readonly name: string;
  readonly pieces: (target: Target) => readonly Piece[] | Promise<readonly Piece[]>;
  /** Those of all answers, in their order; none where the connection is ended without one. */
  readonly statuses: readonly number[];
  /** The whole body of the last answer, where it matters. */
  readonly body?: string;
  /** What the last answer has among its headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether answers have no body, as those to HEAD. */
  readonly bodiless?: boolean;
}

/** A request by what differs from one that is permitted. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly as?: Sender;
  readonly type?: string | undefined;
  readonly host?: string;
  /** Whole lines. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

export const EVALUATION = '/access/v1/evaluation';
export const PERMITTED = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: 'a' },
} as const;
const PERMITTED_TEXT = JSON.stringify(PERMITTED);

/** An attack of one request that is sound as HTTP. */
export function attack(name: string, status: number, asked: Asked, more: Partial<Attack> = {}): Attack {
  return { name, statuses: [status], pieces: (target) => written(target, asked), ...more };
}

/** An attack of bytes. */
export function rawAttack(
  name: string,
  statuses: readonly number[],
  text: (authorization: string) => string | readonly Piece[],
): Attack {
  return {
    name,
    statuses,
    pieces: (target) => {
      const sent = text(`Authorization: ${target.credentials('decider') ?? ''}\r\n`);
      return typeof sent === 'string' ? [sent] : sent;
    },
  };
}

/** A request as it goes over the wire. */
export function written(target: Target, asked: Asked): readonly Piece[] {
  const {
    method = 'POST',
    path = EVALUATION,
    as = 'decider',
    host = 'pdp',
    headers = [],
    body = PERMITTED_TEXT,
  } = asked;
  const type = 'type' in asked ? asked.type : 'application/json';
  const credentials = target.credentials(as);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ...(credentials === undefined ? [] : [`Authorization: ${credentials}`]),
    `Content-Length: ${typeof body === 'string' ? Buffer.byteLength(body) : body.length}`,
    ...headers,
  ];
  return [`${lines.join('\r\n')}\r\n\r\n`, body];
}
