import type { Json } from '../json.ts';
import type { Decides, Entity, Question } from '../question.ts';

/** What a request is about. */
export interface Asked extends Omit<Question, 'subject'> {
  /** Undefined where the request does not say whose it is: it is answered with 401, and nobody is asked. */
  readonly subject: Entity | undefined;
}

/** How requests are let pass or refused. */
export interface EnforcementOptions<Request> {
  /** Who decides: a `DecisionClient`, or a `Guard` of cardea in this process. */
  readonly decider: Decides;
  /**
   * What a request is about. What it throws is an error of the application, which the framework answers as it answers
   * others; the request does not pass.
   */
  readonly question: (request: Request) => Asked | Promise<Asked>;
  /**
   * Does what a permission asks for, and says whether it did. A permission with obligations that nobody fulfils is a denial
   * (XACML 3.0 §7.2.2: a deny-biased enforcement point).
   */
  readonly fulfil?: (obligations: readonly Json[], request: Request) => boolean | Promise<boolean>;
  /** Told why a request was answered with 503. */
  readonly onFailure?: (error: unknown, request: Request) => void;
  /** What 401 is answered with as `WWW-Authenticate` (RFC 9110 §11.6.1); `Bearer` when absent. */
  readonly challenge?: string;
}

/** How a request that does not pass is answered. */
export interface Refusal {
  /** 401: whose is it? 403: it is denied. 503: nobody can know now. */
  readonly status: 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: string };
}

/**
 * Judges a request (XACML 3.0: the policy enforcement point).
 *
 * @returns undefined where it passes, and nothing else does
 * @throws Error where the application could not say what it is about
 */
export async function judge<Request>(
  options: EnforcementOptions<Request>,
  request: Request,
): Promise<Refusal | undefined> {
  const { subject, ...rest } = await askedOf(options, request);
  if (subject === undefined) {
    const headers = { 'www-authenticate': options.challenge ?? 'Bearer' };
    return refusal(401, 'the request does not say whose it is', headers);
  }
  try {
    return await verdictOn({ subject, ...rest }, options, request);
  } catch (error) {
    options.onFailure?.(error, request);
    return unknown();
  }
}

async function askedOf<Request>({ question }: EnforcementOptions<Request>, request: Request): Promise<Asked> {
  try {
    return await question(request);
  } catch (error) {
    // Frameworks take an error that is undefined for none, and let the request pass.
    throw error instanceof Error ? error : new Error('what the request is about cannot be told', { cause: error });
  }
}

async function verdictOn<Request>(
  question: Question,
  { decider, fulfil, onFailure }: EnforcementOptions<Request>,
  request: Request,
): Promise<Refusal | undefined> {
  const { allowed, obligations = [], diagnostics = [] } = await decider.check(question);
  if (diagnostics.some(({ kind }) => kind === 'infrastructure')) {
    onFailure?.(new Error('policies or attributes cannot be read', { cause: diagnostics }), request);
    return unknown();
  }
  const isFulfilled = async (): Promise<boolean> =>
    obligations.length === 0 || (await fulfil?.(obligations, request)) === true;
  // Literally: what another decider may give in its place is no permission.
  // oxlint-disable-next-line typescript/no-unnecessary-boolean-literal-compare
  return allowed === true && (await isFulfilled()) ? undefined : refusal(403, 'this is not allowed');
}

function unknown(): Refusal {
  return refusal(503, 'whether this is allowed cannot be told now', { 'retry-after': '1' });
}

function refusal(status: Refusal['status'], error: string, headers: Refusal['headers'] = {}): Refusal {
  return { status, headers: { ...headers, 'cache-control': 'no-store' }, body: { error } };
}
