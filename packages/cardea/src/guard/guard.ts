import type { FunctionDefinition } from '../ast/functions.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import type { ConcludeOptions } from '../decide/conclude.ts';
import type { ExplainOptions } from '../decide/explain.ts';
import type { Explanation } from '../decide/explanation.ts';
import { CardeaError, errorMessage, quote } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import type { InquiryOf, PolicySchema } from '../model/schema.ts';
import type { AttributeSource } from '../ports/attributes.ts';
import type { CacheBackend } from '../ports/cache.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import type { Logger } from '../ports/logger.ts';
import type { Storage } from '../ports/storage.ts';
import { type Checker, defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { supplyAttributes } from './attributes.ts';
import { type AuditOptions, AuditTrail } from './audit-trail.ts';
import { DecisionCache, decisionKey } from './decision-cache.ts';
import { invalidPolicyFunction } from './invalid-policy-function.ts';
import { OnDemandPolicies } from './on-demand-policies.ts';
import type { PlanQuestion } from '../model/plan-question.ts';
import { PolicySource } from './policy-source.ts';
import type { GuardLag, GuardPolicies, GuardStats, PolicySet } from './policy-view.ts';
import { infrastructure, type Question, readInquiry, undecided } from './question.ts';
import { quickInquiry } from './quick-inquiry.ts';
import { safeLogger, writesLevel } from './safe-logger.ts';
import type * as seldomUsed from './seldom.ts';
import { requireGuardArguments } from './guard-arguments.ts';

/** How a guard decides, and whom it tells. */
export interface GuardOptions {
  /** How elements of policies are read; {@link defaultChecker} when absent. */
  readonly checker?: Checker;
  /** How several policies that apply become one outcome; `deny-overrides` when absent. */
  readonly combining?: Combining;
  /** What a deny does that something missing keeps from applying; `ignore` when absent: see {@link ConcludeOptions}. */
  readonly unknownDeny?: ConcludeOptions['unknownDeny'];
  /** Functions that policies may call beside those of the library. */
  readonly functions?: readonly FunctionDefinition[];
  /**
   * Where the policies are. `resident`, and when absent: in memory, where they follow the changes of the storage.
   * `on-demand`: in the storage, which is asked for the candidates of each inquiry, for sets that are larger than
   * memory; then `check`, `isAllowed` and `explain` answer, and the synchronous `decide` and `allows` do not.
   */
  readonly policies?: 'resident' | 'on-demand';
  /**
   * How old the policies may be that a resident guard decides over, in milliseconds: where the storage was not asked for
   * changes for longer, `check` asks it first, and `decide` is `indeterminate`. Any age when absent, as a storage tells
   * of its changes.
   */
  readonly maxLagMs?: number;
  /**
   * Holds the policies and finds those that matter for an inquiry. When absent, the index of `cardea/engine`,
   * which is loaded together with the first policies; hand in `indexed` to have it loaded with the program.
   */
  readonly engine?: CreatePolicyEngine;
  /**
   * What `toSnapshot` of a guard over the same storage gave: the guard begins with it and follows the changes since,
   * instead of reading all policies. It is trusted as the policies are. One that does not fit is logged and not taken.
   */
  readonly snapshot?: Uint8Array;
  /** Told about loading, failures and, at level debug, every decision. Silent when absent. */
  readonly logger?: Logger;
  /** Which decisions are recorded, where and how; none when absent. */
  readonly audit?: AuditOptions;
  /** The machine's when absent. */
  readonly clock?: Clock;
  /** Asked for attributes before each `check`. With any, the synchronous `decide` knows too little to allow. */
  readonly attributes?: readonly AttributeSource[];
  /** Remembers decisions, for this guard alone: see {@link createCachedGuard}. */
  readonly cache?: CacheBackend<Decision>;
}

/** An inquiry of a schema; any inquiry where there is no schema. */
export type GuardInquiry<S extends PolicySchema> = PolicySchema extends S ? Inquiry : InquiryOf<S>;

/**
 * Decides inquiries over the policies of a storage (NIST SP 800-162: the policy decision point). It mirrors the
 * storage in memory and follows its changes, or asks it for the candidates of each inquiry, and answers with a decision
 * whatever happens: no input and no failure of a storage, sink, logger, cache or attribute source becomes an exception
 * of `check`, `isAllowed` or `decide`, and none ever becomes an allow.
 *
 * @typeParam S the attributes that inquiries are checked against while compiling
 *
 * @example
 * ```ts
 * const guard = new Guard(new MemoryStorage([allow({ uid: '1', subjects: ['max'], actions: ['get'], resources: ['book'] })]));
 * await guard.isAllowed({ subject: 'max', action: 'get', resource: 'book' }); // true
 * ```
 */
export class Guard<S extends PolicySchema = PolicySchema> {
  readonly #policies: GuardPolicies;
  readonly #options: Omit<ConcludeOptions, 'revision'>;
  readonly #logger: Logger;
  readonly #audit: AuditTrail;
  readonly #attributes: readonly AttributeSource[];
  readonly #cache: DecisionCache | undefined;
  readonly #cacheUse: 'decide' | 'renew';
  /** Whether anybody hears of decisions besides who asked. */
  readonly #isTold: boolean;
  /** Gives nothing where what it would give is seen by others than the library. */
  readonly #quick: (inquiry: unknown) => Inquiry | undefined;
  /** What keeps from allowing besides denies; undefined where yes or no is not all that is asked for. */
  readonly #unclear: 'error' | 'error-or-unknown' | undefined;

  /** @throws CARDEA_INVALID_ARGUMENT when an argument is not what it should be, or two functions have one name */
  constructor(storage: Storage, options: GuardOptions = {}) {
    const {
      checker = defaultChecker(),
      combining = 'deny-overrides',
      unknownDeny = 'ignore',
      clock = systemClock,
    } = options;
    requireGuardArguments(storage, options);
    requireOneOf('combining', combining, Object.keys(COMBINING));
    requireOneOf('unknownDeny', unknownDeny, ['ignore', 'deny']);
    const functions = functionTable([...(options.functions ?? []), invalidPolicyFunction]);
    this.#logger = safeLogger(options.logger);
    this.#audit = new AuditTrail(options.audit ?? { sinks: [] }, clock, this.#logger);
    const { engine, snapshot, maxLagMs, policies = 'resident' } = options;
    requireOneOf('policies', policies, ['resident', 'on-demand']);
    const reading = { checker, functions, describes: this.#audit.describes, logger: this.#logger };
    const isResident = policies === 'resident';
    this.#policies = isResident
      ? new PolicySource(storage, { ...reading, engine, snapshot, maxLagMs, clock })
      : new OnDemandPolicies(storage, reading);
    this.#cacheUse = isResident ? 'decide' : 'renew';
    this.#options = { combining, unknownDeny, functions };
    this.#attributes = [...(options.attributes ?? [])];
    // A remembered decision has no descriptions, and a guard on demand no policies that have.
    const isTellable = isResident || !this.#audit.describes;
    if (options.cache !== undefined && isTellable) this.#cache = new DecisionCache(options.cache, this.#logger);
    const isSeen = this.#audit.isWatched || this.#attributes.length > 0;
    this.#quick = isSeen || (options.functions ?? []).length > 0 ? () => undefined : quickInquiry;
    this.#isTold = this.#audit.isWatched || options.logger !== undefined;
    const isEachTold = this.#audit.isWatched || writesLevel(options.logger, 'debug');
    const isSimple = !isEachTold && this.#attributes.length === 0 && options.cache === undefined;
    if (isSimple && DENY_OVERRIDES.has(combining))
      this.#unclear = unknownDeny === 'deny' ? 'error-or-unknown' : 'error';
  }

  /** How often an audit sink failed to take a record. */
  get auditFailures(): number {
    return this.#audit.failures;
  }

  /**
   * Waits until every change that the storage has announced so far is decided over. Call it before the
   * first `decide`.
   *
   * @throws CARDEA_IO when the policies cannot be read; a later call tries again
   * @throws CARDEA_CONFLICT when a guard on demand reads policies otherwise than the keys of its storage say
   */
  async ready(): Promise<void> {
    await this.#policies.ready();
  }

  /** Whether the inquiry is allowed: `check` without the reasons. */
  async isAllowed(inquiry: GuardInquiry<S>): Promise<boolean> {
    if (this.#unclear === undefined) return (await this.check(inquiry)).allowed;
    const question = await this.#enrich(this.#read(inquiry));
    const allowed = this.#policies.over(
      question,
      (found) =>
        typeof found !== 'string' && question.problems.length === 0 && this.#allowsOver(found, question.inquiry),
    );
    return this.#telling(await allowed, inquiry);
  }

  /**
   * Whether the inquiry is allowed, at once: `decide` without the reasons, over the policies that the guard has at
   * this moment. Nothing is quicker: where policies deny before others allow, and nobody is told of each
   * decision (no audit, no cache, and a logger only if its `isLevelEnabled` says that it does not write `debug`), it looks
   * at as many policies as it takes.
   *
   * @example
   * ```ts
   * await guard.ready();
   * const visible = books.filter((book) => guard.allows({ subject: 'max', action: 'get', resource: book }));
   * ```
   */
  allows(inquiry: GuardInquiry<S>): boolean {
    const set = this.#policies.current;
    if (this.#unclear === undefined || set === undefined) return this.decide(inquiry).allowed;
    const read = this.#readQuickly(inquiry);
    if (read !== undefined) return this.#telling(this.#allowsOver(set, read), inquiry);
    const question = readInquiry(inquiry);
    return this.#telling(question.problems.length === 0 && this.#allowsOver(set, question.inquiry), inquiry);
  }

  /**
   * What `isAllowed` would answer, where that is known at once; undefined where it has to wait, or is more than `allows`:
   * while a change is told of that is not decided over yet or the storage cannot be read, on demand, and where somebody is
   * told of each decision. For servers, for which a promise is half of a decision.
   *
   * @example
   * ```ts
   * const allowed = guard.allowsNow(inquiry) ?? (await guard.isAllowed(inquiry));
   * ```
   */
  allowsNow(inquiry: GuardInquiry<S>): boolean | undefined {
    const set = this.#unclear === undefined ? undefined : this.#policies.settled;
    if (set === undefined) return undefined;
    const { inquiry: read, problems } = this.#read(inquiry);
    return this.#telling(problems.length === 0 && this.#allowsOver(set, read), inquiry);
  }

  /**
   * Decides over every change that the storage has announced before the call: who wrote through the same
   * storage object sees the effect. On demand, over every change that was made.
   */
  async check(inquiry: GuardInquiry<S>): Promise<Decision> {
    if (this.#policies.settled !== undefined && this.#attributes.length === 0) return this.decide(inquiry);
    const startedMs = this.#audit.start();
    const question = await this.#enrich(this.#read(inquiry));
    const known = this.#policies.version === undefined ? undefined : await this.#recall(question);
    if (known !== undefined) return this.#conclude(question, known, { startedMs, found: undefined });
    return this.#policies.over(question, (found) =>
      this.#conclude(question, this.#answer(question, found, this.#cache), { startedMs, found }),
    );
  }

  /**
   * Decides at once, over the policies that the guard has at this moment; the decision says of which revision
   * they are. It is `indeterminate` before the policies are loaded, while the storage cannot be read, and
   * for a guard with attribute sources or on demand.
   */
  decide(inquiry: GuardInquiry<S>): Decision {
    const startedMs = this.#audit.start();
    const question = this.#read(inquiry);
    const set = this.#policies.current;
    if (set === undefined) this.#policies.follow();
    if (this.#attributes.length > 0)
      question.problems.push(infrastructure('attributes come from sources: use `check`'));
    const found = set ?? this.#policies.failure;
    return this.#conclude(question, this.#answer(question, found, this.#cache), { startedMs, found });
  }

  /**
   * Why `check` decides as it does. Explaining is not audited. On demand, the nearest misses are those among the
   * candidates, as `scope` of the explanation says: whoever wants those of all policies explains with a resident guard.
   *
   * @param options how many policies are shown, and which attributes are not
   *
   * @example
   * ```ts
   * const { policies } = await guard.explain(inquiry, { redact: ['subject.email'] });
   * ```
   */
  async explain(inquiry: GuardInquiry<S>, options: ExplainOptions = {}): Promise<Explanation> {
    const question = await this.#enrich(readInquiry(inquiry));
    const { explain } = await seldom();
    const { functions } = this.#options;
    return this.#policies.over(question, (found) => {
      const view = typeof found === 'string' || question.problems.length > 0 ? undefined : found.view;
      const seen = { ...options, functions, ...(view?.scope && { scope: view.scope }) };
      return explain(this.#answer(question, found, undefined), view?.policies() ?? [], question.inquiry, seen);
    });
  }

  /**
   * What an inquiry comes to while one of its categories is open, as one condition: what `cardea/filter/…` makes
   * predicates and queries of. Where nobody can know, it is `never`, and the diagnostics say why.
   *
   * @param question the open category is `resource` unless `over` names another, and holds what is known of all things:
   * with a `type` they are entities of that type. It must be true of all that is filtered
   * @throws CARDEA_UNSUPPORTED on demand, and where an attribute source knows the open category
   *
   * @example
   * ```ts
   * const plan = await guard.plan({ subject: { id: 'max' }, action: 'read', resource: { type: 'book' } });
   * ```
   */
  async plan(question: PlanQuestion): Promise<QueryPlan> {
    const { planFor } = await seldom();
    return planFor(question, {
      policies: this.#policies,
      options: this.#options,
      attributes: this.#attributes,
      enrich: (read) => this.#enrich(read),
      readInquiry,
      decisionKey,
    });
  }

  /**
   * Everything that was loaded, as one sequence of bytes: the option `snapshot` of a guard of the next process begins
   * with it, in a fraction of the time. It is for the same version of the library, checker and functions only.
   *
   * @throws CARDEA_IO while there are no policies to rely on
   * @throws CARDEA_UNSUPPORTED when the engine has no snapshots, or the policies are in their storage
   *
   * @example
   * ```ts
   * await writeFile('policies.snapshot', guard.toSnapshot());
   * ```
   */
  toSnapshot(): Uint8Array {
    return this.#policies.toSnapshot();
  }

  /**
   * What the guard holds and what its decisions cost, for operators; undefined while there are no policies to rely on.
   *
   * @example
   * ```ts
   * guard.stats()?.residual; // policies that every inquiry is held against
   * ```
   */
  stats(): GuardStats | undefined {
    const stats = this.#policies.stats();
    return stats && { ...stats, decisions: stats.candidates.reduce((sum, count) => sum + count, 0) };
  }

  /**
   * How far the guard is behind its storage. A guard on demand never is: it tells what it read last, and whether it
   * could.
   *
   * @example
   * ```ts
   * const { behindMs, failure } = guard.lag();
   * if (failure !== undefined || behindMs > 5000) alarm(failure ?? `${behindMs} ms behind`);
   * ```
   */
  lag(): GuardLag {
    return this.#policies.lag();
  }

  /**
   * Asks the storage for changes, whether or not it told of any, and waits until they are decided over: for whoever knows
   * of a change, and of no notification. On demand there is nothing to do.
   *
   * @throws CARDEA_IO when the storage cannot be asked; what was decided over until then stays
   *
   * @example
   * ```ts
   * if ((guard.lag().revision ?? 0) < wanted) await guard.refresh();
   * ```
   */
  async refresh(): Promise<void> {
    try {
      await this.#policies.refresh();
    } catch (error) {
      throw new CardeaError('CARDEA_IO', `the storage cannot be asked: ${errorMessage(error)}`, { cause: error });
    }
  }

  /** Stops following the storage and waits for the audit; sinks stay open. Every later decision is `indeterminate`. */
  async close(): Promise<void> {
    this.#policies.close();
    await this.#audit.flush();
  }

  #read(inquiry: unknown): Question {
    const read = this.#readQuickly(inquiry);
    return read === undefined ? readInquiry(inquiry) : { inquiry: read, problems: [] };
  }

  #readQuickly(inquiry: unknown): Inquiry | undefined {
    try {
      return this.#quick(inquiry);
    } catch {
      // What threw will throw again, and then be told.
      return undefined;
    }
  }

  /** @param question read before anything is waited for: a caller who goes on changing the inquiry changes no decision */
  async #enrich(question: Question): Promise<Question> {
    if (this.#attributes.length === 0 || question.problems.length > 0) return question;
    try {
      return readInquiry(await supplyAttributes(question.inquiry, this.#attributes));
    } catch (error) {
      this.#logger.error({ err: error }, 'an attribute source failed; nothing is allowed');
      return { inquiry: question.inquiry, problems: [infrastructure(errorMessage(error))] };
    }
  }

  /** What was decided over the policies that the storage has now, where asking what it has is less than reading it. */
  async #recall({ inquiry, problems }: Question): Promise<Decision | undefined> {
    if (this.#cache === undefined || problems.length > 0) return undefined;
    const version = await this.#policies.version?.();
    return version === undefined ? undefined : this.#cache.find(version, inquiry);
  }

  #answer({ inquiry, problems }: Question, found: PolicySet | string, cache: DecisionCache | undefined): Decision {
    if (typeof found === 'string') return undecided(found === '' ? problems : [...problems, infrastructure(found)]);
    if (problems.length > 0) return undecided(problems, found.revision);
    try {
      const work = (): Decision => this.#decideOver(found, inquiry);
      return cache === undefined ? work() : cache[this.#cacheUse](found, inquiry, work);
    } catch (error) {
      this.#logger.error({ err: error }, 'deciding failed; nothing is allowed');
      return undecided([{ kind: 'error', message: errorMessage(error) }], found.revision);
    }
  }

  #decideOver({ view, revision }: PolicySet, inquiry: Inquiry): Decision {
    return view.decide(inquiry, { ...this.#options, revision });
  }

  #allowsOver({ view }: PolicySet, inquiry: Inquiry): boolean {
    try {
      return view.allows(inquiry, this.#unclear ?? 'error-or-unknown');
    } catch {
      // As in `#answer`, and nobody wants to be told.
      return false;
    }
  }

  /** What could not be evaluated is for the log, and known to `decide` alone; it allows nothing, so that no allow pays for it. */
  #telling(allowed: boolean, inquiry: GuardInquiry<S>): boolean {
    if (!allowed && this.#isTold) this.decide(inquiry);
    return allowed;
  }

  #conclude({ inquiry }: Question, decision: Decision, { found, startedMs }: Made): Decision {
    if (!this.#isTold) return decision;
    const { outcome, deciders, diagnostics, revision } = decision;
    // Messages may quote attributes, and a log is not redacted.
    const failed = diagnostics.filter(({ kind }) => kind !== 'unknown-deny').map(({ kind, uid }) => ({ kind, uid }));
    if (failed.length === 0) this.#logger.debug({ outcome, deciders, revision }, 'decided');
    else this.#logger.warn({ outcome, deciders, revision, failed }, 'decided with errors');
    const describe = (uid: string): string | undefined =>
      typeof found === 'object' ? found.view.describe(uid) : undefined;
    this.#audit.record({ inquiry, decision, describe, startedMs });
    return decision;
  }
}

/** When a decision was begun, and over which policies it was made, or why over none. */
interface Made {
  readonly startedMs: number;
  readonly found: PolicySet | string | undefined;
}

let loaded: typeof seldomUsed | undefined;

/** What few guards need, or seldom: loaded with its first use. Asking the loader again takes longer than a plan that is known. */
async function seldom(): Promise<typeof seldomUsed> {
  loaded ??= await import('./seldom.ts');
  return loaded;
}

const DENY_OVERRIDES: ReadonlySet<Combining> = new Set(['deny-overrides', 'ordered-deny-overrides']);

function requireOneOf(option: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `unknown ${option} ${quote(given)}; there are ${known.join(', ')}`);
}
