import type { ClientError } from './client-error.ts';
import type { JsonObject } from './json.ts';
import type { Detail } from './question.ts';
import { systemTiming, type Timing } from './timing.ts';

/** How a decision point is asked. Only `url` has no default. */
export interface ClientOptions {
  /** The decision point as it calls itself: `https://pdp.example.com`, or `https://example.com/tenant1`. */
  readonly url: string;
  /**
   * What is sent as `Authorization: Bearer …`: an API key or a token, or where to get one, which is asked for each
   * request.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether requests, and credentials, may go unencrypted to another machine: only within a network that is trusted. */
  readonly allowHttp?: boolean;
  /** How long an answer may take altogether, in milliseconds; 3,000 when absent. */
  readonly timeoutMs?: number;
  /** How long one attempt may take, in milliseconds; 1,000 when absent. */
  readonly attemptTimeoutMs?: number;
  /** How often to try; 3 when absent. */
  readonly attempts?: number;
  /** The longest pause before the second attempt, in milliseconds, doubled for each following one; 50 when absent. */
  readonly pauseMs?: number;
  /** How many bytes an answer may have; 4 MiB when absent. */
  readonly answerLimit?: number;
  /**
   * Whether what a permission says besides is understood; where it is not, `isAllowed` and `check` are denials (AuthZEN
   * 1.0 §5.5). Permissions are taken whatever they say when absent.
   */
  readonly understands?: (context: JsonObject) => boolean;
  /** Told why `isAllowed` was false where nobody denied it. */
  readonly onFailure?: (failure: ClientError) => void;
  /** That of the runtime when absent. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The machine's clock and chance when absent. */
  readonly timing?: Timing;
}

/** What one call may ask for. */
export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** Instead of that of the client. */
  readonly timeoutMs?: number;
  /** What a log of the decision point calls this request: 1 to 128 visible ASCII characters. */
  readonly requestId?: string;
  /**
   * The revision that the answer must at least be of: what a change of a policy was answered with. The decision point
   * waits for it; an answer that is not of it is a failure.
   */
  readonly minRevision?: number;
}

/** What an evaluation may ask for. */
export interface EvaluateOptions extends CallOptions {
  /** What the answer says besides the decision, in its `context`. */
  readonly include?: readonly Detail[];
}

/** What a search may ask for. */
export interface SearchOptions extends CallOptions {
  /** How many results a page has at most; what the decision point likes when absent. */
  readonly pageSize?: number;
  /** After how many pages to give up, with an error; 10,000 when absent. */
  readonly mostPages?: number;
}

/** The options with what stands for those that are absent. */
export type CompleteOptions = ClientOptions &
  Required<
    Pick<ClientOptions, 'timeoutMs' | 'attemptTimeoutMs' | 'attempts' | 'pauseMs' | 'answerLimit' | 'fetch' | 'timing'>
  >;

/** @throws TypeError when a number is not what it should be */
export function completeOptions(options: ClientOptions): CompleteOptions {
  const complete = {
    timeoutMs: 3000,
    attemptTimeoutMs: 1000,
    attempts: 3,
    pauseMs: 50,
    answerLimit: 4 << 20,
    // Bound: browsers refuse a `fetch` that is called as a method of something else.
    fetch: (url: string, init: RequestInit): Promise<Response> => globalThis.fetch(url, init),
    timing: systemTiming,
    ...options,
  };
  for (const name of ['timeoutMs', 'attemptTimeoutMs', 'attempts', 'answerLimit'] as const)
    requirePositive(name, complete[name]);
  if (!(complete.pauseMs >= 0)) throw new TypeError('`pauseMs` is not a number from 0 on');
  return complete;
}

/** @throws TypeError */
export function requirePositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw new TypeError(`\`${name}\` is not a number above 0`);
}
