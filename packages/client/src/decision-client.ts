import { attempt } from './attempts.ts';
import { ClientError, isClientError } from './client-error.ts';
import {
  type CallOptions,
  type ClientOptions,
  type CompleteOptions,
  completeOptions,
  type EvaluateOptions,
  requirePositive,
  type SearchOptions,
} from './client-options.ts';
import {
  describedEndpoints,
  type EndpointName,
  type Endpoints,
  endpointsOf,
  type Metadata,
  readMetadata,
} from './endpoints.ts';
import { type ApiCall, exchange } from './exchange.ts';
import type { Json, JsonObject } from './json.ts';
import type {
  ActionSearch,
  Answer,
  Batch,
  Detail,
  Found,
  Question,
  ResourceSearch,
  SubjectSearch,
  Verdict,
  Vocabulary,
} from './question.ts';
import { readAnswer, readAnswers, requireRevision } from './read-answer.ts';
import { readReadiness, type Readiness } from './readiness.ts';
import { foundAction, foundEntity, searchPages } from './search-pages.ts';

/**
 * Asks a decision point over HTTP as OpenID AuthZEN's Authorization API 1.0 says, Cardea's or another. It runs wherever
 * there is `fetch`. What fails is asked again where that may help, and never becomes a permission.
 *
 * @typeParam V the subjects, actions, resources and contexts that questions are checked against while compiling
 *
 * @example
 * ```ts
 * const client = new DecisionClient({ url: 'https://pdp.example.com', token: process.env.CARDEA_TOKEN });
 * const subject = { type: 'user', id: 'alice' };
 * await client.isAllowed({ subject, action: { name: 'read' }, resource: { type: 'book', id: 'a' } });
 * for await (const { id } of client.searchResources({ subject, action: { name: 'read' }, resource: { type: 'book' } }))
 *   console.log(id);
 * ```
 */
export class DecisionClient<V extends Vocabulary = Vocabulary> {
  readonly #options: CompleteOptions;
  readonly #endpoints: Endpoints;

  /**
   * Sends nothing yet.
   *
   * @param metadata what `metadata` gave, where the endpoints are elsewhere than the standard's defaults
   * @throws TypeError when an option is not what it should be
   */
  constructor(options: ClientOptions, metadata?: Metadata) {
    this.#options = completeOptions(options);
    const endpoints = endpointsOf(options.url, options);
    this.#endpoints = metadata === undefined ? endpoints : describedEndpoints(endpoints, metadata);
  }

  /**
   * Whether the subject may. It is false where the decision point denies it, and whenever there is no answer, of which
   * `onFailure` is told; it never rejects.
   */
  async isAllowed(question: Question<V>, options: EvaluateOptions = {}): Promise<boolean> {
    try {
      return (await this.check(question, options)).allowed;
    } catch (error) {
      return this.#tell(error);
    }
  }

  /**
   * What is decided, for whoever enforces it, with the obligations that come with it.
   *
   * @throws ClientError where there is no answer
   */
  async check(question: Question<V>, options: EvaluateOptions = {}): Promise<Verdict> {
    const include = new Set<Detail>(['obligations', ...(options.include ?? [])]);
    const { decision, context = {} } = await this.evaluate(question, { ...options, include: [...include] });
    const { obligations } = context;
    const isUnderstood = this.#options.understands?.(context) ?? true;
    return { allowed: decision && isUnderstood, ...(Array.isArray(obligations) && { obligations }) };
  }

  /**
   * The answer to one question.
   *
   * @throws ClientError where there is none
   */
  async evaluate(question: Question<V>, options: EvaluateOptions = {}): Promise<Answer> {
    const answer = readAnswer(await this.#post('access_evaluation_endpoint', question, options));
    return requireRevision(answer, options.minRevision);
  }

  /**
   * The answers to several questions, in their order: all of them, or as many as the semantic says.
   *
   * @throws ClientError where there are none; an item that is not sound is a denial whose context says so
   */
  async evaluateAll(
    { semantic = 'execute_all', ...batch }: Batch<V>,
    options: EvaluateOptions = {},
  ): Promise<readonly Answer[]> {
    const { length } = batch.evaluations;
    // Without items the standard's answer would be that to another question (§7.1).
    if (length === 0) return [];
    const body = { ...batch, options: { evaluations_semantic: semantic } };
    const answers = readAnswers(await this.#post('access_evaluations_endpoint', body, options), length, semantic);
    return answers.map((answer) => requireRevision(answer, options.minRevision));
  }

  /** Who of a type may do this. The iterator throws ClientError where results are missing. */
  searchSubjects<T extends V['subject']['type']>(
    search: SubjectSearch<T, V>,
    options: SearchOptions = {},
  ): AsyncGenerator<Found<V['subject'], T>, void, undefined> {
    const { type } = search.subject;
    return this.#search('search_subject_endpoint', search, (result) => foundEntity(result, type), options);
  }

  /** On which resources of a type the subject may do this. The iterator throws ClientError where results are missing. */
  searchResources<T extends V['resource']['type']>(
    search: ResourceSearch<T, V>,
    options: SearchOptions = {},
  ): AsyncGenerator<Found<V['resource'], T>, void, undefined> {
    const { type } = search.resource;
    return this.#search('search_resource_endpoint', search, (result) => foundEntity(result, type), options);
  }

  /** What the subject may do on the resource. The iterator throws ClientError where results are missing. */
  searchActions(search: ActionSearch<V>, options: SearchOptions = {}): AsyncGenerator<V['action'], void, undefined> {
    return this.#search('search_action_endpoint', search, foundAction, options);
  }

  /**
   * What the decision point tells about itself, for another client: `new DecisionClient(options, await client.metadata())`.
   *
   * @throws ClientError where it tells nothing, or something about another decision point
   */
  async metadata(options: CallOptions = {}): Promise<Metadata> {
    const { metadata: url, identifier } = this.#endpoints;
    return readMetadata(await this.#send({ url, method: 'GET', headers: {} }, options), identifier, this.#options);
  }

  /**
   * Whether a decision point of Cardea should be asked, and of which revision its policies are.
   *
   * @throws ClientError where it does not say
   */
  async readiness(options: CallOptions = {}): Promise<Readiness> {
    const url = `${this.#endpoints.identifier}/health/ready`;
    return readReadiness(await this.#send({ url, method: 'GET', headers: {}, statuses: [200, 503] }, options));
  }

  #search<T>(
    name: EndpointName,
    search: object,
    read: (result: JsonObject) => JsonObject | undefined,
    options: SearchOptions,
  ): AsyncGenerator<T, void, undefined> {
    for (const limit of ['pageSize', 'mostPages'] as const)
      if (options[limit] !== undefined) requirePositive(limit, options[limit]);
    return searchPages(
      (page) => this.#post(name, page === undefined ? search : { ...search, page }, options),
      read as (result: JsonObject) => T | undefined,
      options,
    );
  }

  async #post(name: EndpointName, question: object, options: EvaluateOptions): Promise<Json> {
    const { minRevision, include = [] } = options;
    // Whether an answer is of the revision is looked at: a decision point that does not know the header ignores it.
    const details = new Set([...include, ...(minRevision === undefined ? [] : (['revision'] as const))]);
    const headers = {
      'content-type': 'application/json',
      ...(details.size > 0 && { 'cardea-include': [...details].join(', ') }),
      ...(minRevision !== undefined && { 'cardea-min-revision': String(minRevision) }),
    };
    return this.#send({ url: this.#endpoints.of(name), method: 'POST', headers, body: textOf(question) }, options);
  }

  async #send(call: ApiCall, { signal, timeoutMs = this.#options.timeoutMs, requestId }: CallOptions): Promise<Json> {
    const { token, headers } = this.#options;
    requirePositive('timeoutMs', timeoutMs);
    return attempt(
      async (ended) => {
        const sent = headersOf({
          ...headers,
          accept: 'application/json',
          ...(requestId !== undefined && { 'x-request-id': requestId }),
          ...(token !== undefined && { authorization: `Bearer ${await tokenOf(token)}` }),
          ...call.headers,
        });
        return exchange({ ...call, headers: sent }, this.#options, ended);
      },
      { ...this.#options, timeoutMs },
      signal,
    );
  }

  /** False, whatever happens. */
  #tell(error: unknown): false {
    const failure = isClientError(error)
      ? error
      : new ClientError('invalid', 'it could not be asked', { cause: error });
    try {
      this.#options.onFailure?.(failure);
    } catch {
      // Whoever is told of failures may fail too, which permits nobody anything.
      return false;
    }
    return false;
  }
}

function textOf(question: object): string {
  try {
    return JSON.stringify(question);
  } catch (cause) {
    throw new ClientError('invalid', 'the question cannot be written as JSON', { cause });
  }
}

async function tokenOf(token: NonNullable<ClientOptions['token']>): Promise<string> {
  if (typeof token === 'string') return token;
  try {
    return await token();
  } catch (cause) {
    throw new ClientError('unauthenticated', 'there was no token to send', { cause });
  }
}

/** Says what is wrong with a header before anything is sent, and not what is in it. */
function headersOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers))
    if (!NAME.test(name) || !VALUE.test(value))
      throw new ClientError('invalid', `\`${name}\` cannot be sent as a header`);
  return headers;
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\x20-\x7e]*$/;
