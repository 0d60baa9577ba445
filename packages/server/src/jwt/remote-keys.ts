import { CardeaError, type Clock, errorMessage, type Logger } from 'cardea';
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';

/** The keys that an issuer signs with, as it tells them at an address (RFC 7517 §5). */
export interface RemoteKeysOptions {
  readonly url: string;
  /** How long one request for them may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How old they are before they are asked for again, in milliseconds. */
  readonly refreshMs: number;
  /** How old they may be where the issuer does not answer, in milliseconds. */
  readonly staleMs: number;
  /** How long to wait after one request before the next, whatever tokens come, in milliseconds. */
  readonly cooldownMs: number;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly fetch: typeof fetch;
}

type FindKey = ReturnType<typeof createLocalJWKSet>;

const MOST_BYTES = 512 * 1024;

/**
 * Knows the keys of an issuer. They are asked for when they are first needed, again while they are used, and at once where a
 * token names one that is not known, as after a rotation. Nobody can make it ask more often than the cooldown allows, nor make
 * those wait whose key is known.
 */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  #find: FindKey | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /**
   * The key that a token says it is signed with.
   *
   * @throws JWKSNoMatchingKey of jose where the issuer has no such key; CARDEA_IO where nobody knows
   */
  async keyFor(header: JWTHeaderParameters, token: FlattenedJWSInput): ReturnType<FindKey> {
    const { clock, refreshMs, staleMs } = this.#options;
    const age = clock.elapsed() - this.#loadedAt;
    if (this.#find === undefined || age > staleMs) await this.#load();
    else if (age > refreshMs && !this.#isCoolingDown) void this.#load().catch(told);
    const find = this.#find as FindKey;
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#isCoolingDown) throw error;
      await this.#load().catch(told);
      return (this.#find as FindKey)(header, token);
    }
  }

  get #isCoolingDown(): boolean {
    return this.#loading === undefined && this.#options.clock.elapsed() - this.#askedAt < this.#options.cooldownMs;
  }

  async #load(): Promise<void> {
    if (this.#isCoolingDown)
      throw new CardeaError('CARDEA_IO', 'the keys of the issuer could not be read a moment ago');
    this.#loading ??= this.#ask().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #ask(): Promise<void> {
    const { url, timeoutMs, clock, fetch, logger } = this.#options;
    this.#askedAt = clock.elapsed();
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      // Who could redirect could say which keys count.
      const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error', signal });
      if (response.status !== 200) throw new Error(`the answer was ${response.status}`);
      this.#find = createLocalJWKSet(JSON.parse(await boundedText(response)) as JSONWebKeySet);
      this.#loadedAt = clock.elapsed();
    } catch (error) {
      const reason = errorMessage(error);
      logger?.warn({ url, reason }, 'the keys of an issuer cannot be read');
      throw new CardeaError('CARDEA_IO', `the keys of the issuer cannot be read: ${reason}`, { cause: error });
    }
  }
}

/** The logger was told, and the keys that are known count. */
function told(): void {}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
