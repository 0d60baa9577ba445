import type { FunctionDefinition } from '../ast/functions.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { conclude } from '../decide/conclude.ts';
import { type DecideOptions, decide } from '../decide/decide.ts';
import { type ExplainOptions, explain } from '../decide/explain.ts';
import type { Explanation } from '../decide/explanation.ts';
import { CardeaError, errorMessage, issuesError, quote } from '../errors.ts';
import type { Decision, Diagnostic } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { InquiryOf, PolicySchema } from '../model/schema.ts';
import type { AttributeSource } from '../ports/attributes.ts';
import type { CacheBackend } from '../ports/cache.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import type { Logger } from '../ports/logger.ts';
import type { Storage } from '../ports/storage.ts';
import { type Checker, defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { parseInquiry } from '../syntax/validate.ts';
import { supplyAttributes } from './attributes.ts';
import { type AuditOptions, AuditTrail } from './audit-trail.ts';
import { DecisionCache } from './decision-cache.ts';
import { type PolicySet, PolicySource } from './policy-source.ts';
import { safeLogger } from './safe-logger.ts';
import { invalidPolicyFunction } from './stored-policy.ts';
import { requireGuardArguments } from './guard-arguments.ts';

/** How a guard decides, and whom it tells. */
export interface GuardOptions {
  /** How elements of policies are read; {@link defaultChecker} when absent. */
  readonly checker?: Checker;
  /** How several policies that apply become one outcome; `deny-overrides` when absent. */
  readonly combining?: Combining;
  /** What a deny does that something missing keeps from applying; `ignore` when absent: see {@link DecideOptions}. */
  readonly unknownDeny?: DecideOptions['unknownDeny'];
  /** Functions that policies may call beside those of the library. */
  readonly functions?: readonly FunctionDefinition[];
  /**
   * Finds the policies that matter for an inquiry: `indexed` of `cardea/engine`. Without one, every
   * inquiry is held against every policy, which a few hundred of them hardly notice. The answers are the same.
   */
  readonly engine?: CreatePolicyEngine;
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
 * storage in memory, follows its changes, and answers with a decision whatever happens: no input and no
 * failure of a storage, sink, logger, cache or attribute source becomes an exception of `check`,
 * `isAllowed` or `decide`, and none ever becomes an allow.
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
  readonly #source: PolicySource;
  readonly #options: Pick<DecideOptions, 'combining' | 'unknownDeny' | 'functions'>;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #audit: AuditTrail;
  readonly #attributes: readonly AttributeSource[];
  readonly #cache: DecisionCache | undefined;

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
    this.#source = new PolicySource(storage, { checker, functions, engine: options.engine }, this.#logger);
    this.#options = { combining, unknownDeny, functions };
    this.#clock = clock;
    this.#audit = new AuditTrail(options.audit ?? { sinks: [] }, clock, this.#logger);
    this.#attributes = [...(options.attributes ?? [])];
    this.#cache = options.cache === undefined ? undefined : new DecisionCache(options.cache, this.#logger);
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
   */
  async ready(): Promise<void> {
    try {
      await this.#source.catchUp();
    } catch (error) {
      throw new CardeaError('CARDEA_IO', this.#source.failure, { cause: error });
    }
  }

  /** Whether the inquiry is allowed: `check` without the reasons. */
  async isAllowed(inquiry: GuardInquiry<S>): Promise<boolean> {
    return (await this.check(inquiry)).allowed;
  }

  /**
   * Decides over every change that the storage has announced before the call: who wrote through the same
   * storage object sees the effect.
   */
  async check(inquiry: GuardInquiry<S>): Promise<Decision> {
    const startedMs = this.#clock.elapsed();
    const question = await this.#prepare(inquiry);
    return this.#conclude(question, this.#answer(question), startedMs);
  }

  /**
   * Decides at once, over the policies that the guard has at this moment; the decision says of which revision
   * they are. It is `indeterminate` before the policies are loaded, while the storage cannot be read, and
   * for a guard with attribute sources.
   */
  decide(inquiry: GuardInquiry<S>): Decision {
    const startedMs = this.#clock.elapsed();
    const question = readInquiry(inquiry);
    if (this.#source.current === undefined) this.#source.follow();
    if (this.#attributes.length > 0)
      question.problems.push(infrastructure('attributes come from sources: use `check`'));
    return this.#conclude(question, this.#answer(question), startedMs);
  }

  /**
   * Why `check` decides as it does. Explaining is not audited.
   *
   * @param options how many policies are shown, and which attributes are not
   *
   * @example
   * ```ts
   * const { policies } = await guard.explain(inquiry, { redact: ['subject.email'] });
   * ```
   */
  async explain(
    inquiry: GuardInquiry<S>,
    options: Pick<ExplainOptions, 'limit' | 'redact'> = {},
  ): Promise<Explanation> {
    const question = await this.#prepare(inquiry);
    const set = question.problems.length > 0 ? undefined : this.#source.current;
    const explaining = { ...options, ...this.#options, revision: set?.revision ?? 0 };
    const explanation = explain(set?.policies.values() ?? [], question.inquiry, explaining);
    return set === undefined ? { ...explanation, decision: this.#answer(question) } : explanation;
  }

  /** Stops following the storage and waits for the audit; sinks stay open. Every later decision is `indeterminate`. */
  async close(): Promise<void> {
    this.#source.close();
    await this.#audit.flush();
  }

  async #prepare(inquiry: unknown): Promise<Question> {
    // Read before anything is waited for, so that a caller who goes on changing the object changes no decision.
    const question = readInquiry(inquiry);
    const enriched = question.problems.length === 0 ? await this.#enrich(question) : question;
    await this.#source.catchUp().catch(() => {
      // `#answer` finds no policies, and says why.
    });
    return enriched;
  }

  async #enrich(question: Question): Promise<Question> {
    if (this.#attributes.length === 0) return question;
    try {
      return readInquiry(await supplyAttributes(question.inquiry, this.#attributes));
    } catch (error) {
      this.#logger.error({ err: error }, 'an attribute source failed; nothing is allowed');
      return { inquiry: question.inquiry, problems: [infrastructure(errorMessage(error))] };
    }
  }

  #answer({ inquiry, problems }: Question): Decision {
    const set = this.#source.current;
    if (set === undefined) return undecided([...problems, infrastructure(this.#source.failure)]);
    if (problems.length > 0) return undecided(problems, set.revision);
    try {
      const work = (): Decision => this.#decideOver(set, inquiry);
      return this.#cache === undefined ? work() : this.#cache.decide(set, inquiry, work);
    } catch (error) {
      this.#logger.error({ err: error }, 'deciding failed; nothing is allowed');
      return undecided([{ kind: 'error', message: errorMessage(error) }], set.revision);
    }
  }

  #decideOver(set: PolicySet, inquiry: Inquiry): Decision {
    const options = { ...this.#options, revision: set.revision };
    if (set.engine === undefined) return decide(set.policies.values(), inquiry, options);
    return conclude(set.engine.find(inquiry), inquiry, options);
  }

  #conclude({ inquiry }: Question, decision: Decision, startedMs: number): Decision {
    const { outcome, deciders, diagnostics, revision } = decision;
    // Messages may quote attributes, and a log is not redacted.
    const failed = diagnostics.filter(({ kind }) => kind !== 'unknown-deny').map(({ kind, uid }) => ({ kind, uid }));
    if (failed.length === 0) this.#logger.debug({ outcome, deciders, revision }, 'decided');
    else this.#logger.warn({ outcome, deciders, revision, failed }, 'decided with errors');
    const descriptions = this.#source.current?.descriptions ?? new Map<string, string>();
    this.#audit.record({ inquiry, decision, descriptions, durationMs: this.#clock.elapsed() - startedMs });
    return decision;
  }
}

/** An inquiry that was read, or what keeps it from being decided. */
interface Question {
  readonly inquiry: Inquiry;
  readonly problems: Diagnostic[];
}

function readInquiry(input: unknown): Question {
  const parsed = parseInquiry(input);
  if (parsed.ok) return { inquiry: parsed.value, problems: [] };
  return { inquiry: {}, problems: [{ kind: 'error', message: issuesError('inquiry', parsed.issues).message }] };
}

function infrastructure(message: string): Diagnostic {
  return { kind: 'infrastructure', message };
}

function undecided(diagnostics: readonly Diagnostic[], revision: Decision['revision'] = 0): Decision {
  return {
    allowed: false,
    outcome: 'indeterminate',
    deciders: [],
    candidates: [],
    obligations: [],
    diagnostics,
    revision,
  };
}

function requireOneOf(option: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `unknown ${option} ${quote(given)}; there are ${known.join(', ')}`);
}
