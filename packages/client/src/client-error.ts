/** Why there is no answer, and whether asking again may help. */
const IS_RETRIED = {
  /** The caller's signal ended it. */
  aborted: false,
  /** What was asked cannot be sent: no JSON, or no header. */
  invalid: false,
  /** The decision point does not offer this. */
  unsupported: false,
  /** It was not reached, or the connection broke. */
  network: true,
  /** It took too long. */
  timeout: true,
  /** It cannot answer now: 429, 502, 503 or 504. */
  unavailable: true,
  /** Another status from 500 on. */
  failed: false,
  /** 401, or there was no token to send. */
  unauthenticated: false,
  /** 403: the caller may not ask this. Never a denial, which is an answer. */
  forbidden: false,
  /** Another status from 400 on: the question is not sound. */
  refused: false,
  /** What came is no answer of the standard: a redirection, another type, no JSON, no boolean, too long. */
  malformed: false,
  /** The answer is of an earlier revision than was asked for, or does not say of which. */
  stale: false,
  /** A search has more pages than were asked for. */
  pages: false,
} as const;

/** What kind of failure it is. */
export type ClientErrorKind = keyof typeof IS_RETRIED;

/** What is known of a failure. */
export interface FailureFacts {
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** How long the decision point asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const BRAND: symbol = Symbol.for('cardea.client-error');

/**
 * Why there is no answer. It never stands for a denial, and nobody may take it for a permission.
 *
 * @example
 * ```ts
 * try {
 *   await client.evaluate(question);
 * } catch (error) {
 *   if (isClientError(error) && error.kind === 'forbidden') console.error('the key is of no decider');
 * }
 * ```
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly kind: ClientErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** How often it was tried. */
  readonly attempts: number;

  constructor(kind: ClientErrorKind, message: string, facts: FailureFacts & { readonly attempts?: number } = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = kind;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.attempts = facts.attempts ?? 1;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The same failure, after so many attempts. */
  after(attempts: number): ClientError {
    const { kind, message, status, retryAfterMs, cause } = this;
    return new ClientError(kind, message, {
      attempts,
      cause,
      ...(status !== undefined && { status }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}

/**
 * Whether a caught value is a {@link ClientError}, of whichever copy of this package.
 *
 * @example
 * ```ts
 * if (isClientError(error)) console.error(error.kind, error.attempts);
 * ```
 */
export function isClientError(error: unknown): error is ClientError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Whether asking again may help: an evaluation changes nothing, so that it can be asked as often as one likes. */
export function isRetried({ kind }: ClientError): boolean {
  return IS_RETRIED[kind];
}
