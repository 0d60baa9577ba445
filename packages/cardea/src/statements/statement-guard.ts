import type { JsonObject } from '../ast/json.ts';
import type { ExplainOptions } from '../decide/explain.ts';
import type { Explanation } from '../decide/explanation.ts';
import { indexed } from '../engine/indexed.ts';
import { CardeaError, errorMessage } from '../errors.ts';
import { AuditTrail } from '../guard/audit-trail.ts';
import { Guard, type GuardOptions } from '../guard/guard.ts';
import { infrastructure, readInquiry, undecided } from '../guard/question.ts';
import { safeLogger } from '../guard/safe-logger.ts';
import type { Decision, Diagnostic, Outcome, Revision } from '../model/decision.ts';
import type { Entity, Inquiry } from '../model/inquiry.ts';
import { ObjectInquiry } from '../model/object-inquiry.ts';
import type { PlanQuestion } from '../model/plan-question.ts';
import { isPrepared } from '../model/prepared.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { systemClock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Storage } from '../ports/storage.ts';
import type { StatementHolder } from '../syntax/statements/statement.ts';
import { type StatementName, statementOfUid } from '../syntax/statements/statement-uid.ts';
import { PrincipalPlans } from './principal-plans.ts';
import { PrincipalEngine } from './principal-engine.ts';
import { preparedObjects } from './prepared-objects.ts';
import { PrincipalCache, type Principals } from './principal-cache.ts';

/** How a guard over statements knows its users, and how it decides: denies override, and all rules are read. */
export interface StatementGuardOptions extends Omit<GuardOptions, 'combining' | 'checker' | 'snapshot'> {
  /** Asked for a user, and again when the answer is old, or policies have changed. */
  readonly principals: Principals;
  /** How old an answer of `principals` may be, in milliseconds; a minute when absent. */
  readonly maxAgeMs?: number;
  /** How many users are remembered, those asked for last; 2,000 when absent. */
  readonly maxPrincipals?: number;
}

/** How much is explained, and the context of the request. */
export interface StatementExplainOptions extends ExplainOptions {
  readonly context?: JsonObject;
}

/** What is known of the things that a plan is about. */
export type StatementThings = Pick<PlanQuestion, 'resource' | 'context'>;

/** The answer to a request over statements. */
export interface StatementAnswer {
  readonly allowed: boolean;
  /** A statement denies, or one allows and none denies, or none says anything; `indeterminate` where nobody can know. */
  readonly kind: 'explicit-deny' | 'allow' | 'no-match' | 'indeterminate';
  /** The statements that decided: those that deny, or else those that allow. */
  readonly deciders: readonly StatementDecider[];
  /** What failed, and which denials something missing kept from applying. */
  readonly diagnostics: readonly Diagnostic[];
  /** The revision of the policies that were decided over. */
  readonly revision: Revision;
}

/** A statement that decided; a policy that is none of a statement has no holder, and its uid as `sid`. */
export interface StatementDecider extends Pick<StatementName, 'sid'> {
  readonly uid: string;
  readonly holder?: StatementHolder;
}

/**
 * Answers for users and objects over the statements of a storage: explicit deny, then explicit allow, else implicit
 * deny. It is a {@link Guard} that remembers who a user is, and what it derived from an object: the same object is read
 * once, so one that was changed must be forgotten.
 *
 * INVARIANT statements-are-policies: what it decides is what a guard over the same storage decides.
 *
 * @example
 * ```ts
 * const guard = new StatementGuard(storage, { principals: async (user) => principal(user, await membershipsOf(user)) });
 * await guard.ready();
 * const { allowed, deciders } = await guard.check('alice', 'footprint:getitem', item);
 * ```
 */
export class StatementGuard {
  /** The guard underneath, for `stats` and `lag`, and for subjects that are no users. */
  readonly guard: Guard;
  readonly #principals: PrincipalCache;
  readonly #plans: PrincipalPlans;
  readonly #names = new Map<string, StatementDecider>();
  readonly #logger: Logger;
  /** For what the guard underneath is not asked. */
  readonly #audit: AuditTrail;
  readonly #unwatch: () => void;

  /** @throws CARDEA_INVALID_ARGUMENT when an argument is not what it should be */
  constructor(storage: Storage, options: StatementGuardOptions) {
    const { principals, maxAgeMs = 60_000, maxPrincipals = 2_000, ...guardOptions } = options;
    if (typeof principals !== 'function')
      throw new CardeaError(
        'CARDEA_INVALID_ARGUMENT',
        '`principals` must be a function that gives the subject of a user',
      );
    const { engine = indexed } = options;
    this.#logger = safeLogger(options.logger);
    this.#audit = new AuditTrail(options.audit ?? { sinks: [] }, options.clock ?? systemClock, this.#logger);
    this.guard = new Guard(storage, {
      ...guardOptions,
      engine: (functions) => new PrincipalEngine(engine(functions), functions),
    });
    this.#principals = new PrincipalCache(principals, {
      maxAgeMs,
      maxPrincipals,
      clock: options.clock ?? systemClock,
    });
    this.#plans = new PrincipalPlans(options.maxLagMs === undefined ? MOST_ACTIONS : 0);
    // Whoever changes statements, here or elsewhere, may have changed memberships with them.
    this.#unwatch = storage.watch(() => this.#principals.clear());
  }

  /** As `ready` of a guard. */
  async ready(): Promise<void> {
    await this.guard.ready();
  }

  /** Decides over everything that the storage has announced before the call. Asks who the user is, where that is not known. */
  async check(user: string, action: string, object: unknown, context?: JsonObject): Promise<StatementAnswer> {
    try {
      const known = this.#principals.known(user);
      const subject = known === 'pending' ? await this.#principals.find(user) : known;
      return this.#answer(await this.guard.check(this.#inquiry(subject, action, object, context)));
    } catch (error) {
      this.#logger.error({ err: error }, UNKNOWN_USER);
      return this.#unknownUser(errorMessage(error), { user, action, object, context });
    }
  }

  /**
   * Whether the request is allowed: `check` without the reasons, and quicker. What a route asks about one object.
   *
   * @example
   * ```ts
   * if (!(await guard.isAllowed('alice', 'footprint:getitem', item))) throw new Error('there is no such item');
   * ```
   */
  async isAllowed(user: string, action: string, object: unknown, context?: JsonObject): Promise<boolean> {
    const subject = this.#known(user);
    if (subject === 'pending') return (await this.check(user, action, object, context)).allowed;
    const inquiry = this.#inquiry(subject, action, object, context);
    return this.guard.allowsNow(inquiry) ?? this.guard.isAllowed(inquiry);
  }

  /** Decides at once, over what is known. It is `indeterminate` while `principals` has not yet answered. */
  decide(user: string, action: string, object: unknown, context?: JsonObject): StatementAnswer {
    const subject = this.#known(user);
    if (subject === 'pending') return this.#unknownUser(PENDING, { user, action, object, context });
    return this.#answer(this.guard.decide(this.#inquiry(subject, action, object, context)));
  }

  /** Whether the request is allowed: `decide` without the reasons, and the quickest way. */
  allows(user: string, action: string, object: unknown, context?: JsonObject): boolean {
    const subject = this.#known(user);
    if (subject === 'pending') return this.#unknownUser(PENDING, { user, action, object, context }).allowed;
    return this.guard.allows(this.#inquiry(subject, action, object, context));
  }

  /**
   * Why `check` answers as it does: every statement of the user that fits or failed, and those that came nearest.
   *
   * @throws whatever `principals` does
   *
   * @example
   * ```ts
   * formatExplanation(await guard.explain('alice', 'footprint:getitem', item), { style: 'text' });
   * ```
   */
  async explain(
    user: string,
    action: string,
    object: unknown,
    options: StatementExplainOptions = {},
  ): Promise<Explanation> {
    const { context, ...shown } = options;
    const subject = await this.#principals.find(user);
    return this.guard.explain(this.#inquiry(subject, action, object, context), shown);
  }

  /**
   * The objects that the user may do this with, in their order.
   *
   * @example
   * ```ts
   * const visible = guard.filter('alice', 'footprint:getlist', footprints);
   * ```
   */
  filter<T>(user: string, action: string, objects: readonly T[], context?: JsonObject): readonly T[] {
    return objects.filter((object) => this.allows(user, action, object, context));
  }

  /**
   * What a user may do this with, as one condition: what `cardea/filter/…` makes queries of. Exact attributes
   * (`{"kamId": 94}`) become conditions on columns; a pattern searched for in the text of an object has no equal in a
   * database, and makes a superset at most. It is `never` where nobody can know who the user is.
   *
   * @param things what is known of all of them, and a context
   * @throws CARDEA_UNSUPPORTED as `plan` of a guard does
   *
   * @example
   * ```ts
   * const { text, parameters } = sqlText(await guard.plan('alice', 'footprint:getlist'), footprints);
   * ```
   */
  async plan(user: string, action: string, things?: StatementThings): Promise<QueryPlan> {
    let subject: Entity | undefined;
    try {
      const known = this.#principals.known(user);
      subject = known === 'pending' ? await this.#principals.find(user) : known;
    } catch (error) {
      this.#logger.error({ err: error }, UNKNOWN_USER);
      const diagnostics = [infrastructure(errorMessage(error))];
      return { kind: 'never', over: 'resource', functions: new Map(), revision: 0, diagnostics };
    }
    if (subject === undefined) return this.guard.plan({ action, ...things });
    if (things !== undefined) return this.guard.plan({ subject, action, ...things });
    return (
      this.#plans.known(subject, action) ??
      this.#plans.make(subject, action, () => this.guard.plan({ subject, action }))
    );
  }

  /** Forgets who a user is, or everybody where none is named: who belongs to what has changed. */
  purge(user?: string): void {
    if (user === undefined) this.#principals.clear();
    else this.#principals.forget(user);
  }

  /** Forgets what was read of an object, because it has changed. */
  forget(object: object): void {
    preparedObjects.forget(object);
  }

  /** Stops following the storage. Every later answer is `indeterminate`. */
  async close(): Promise<void> {
    this.#unwatch();
    this.#plans.clear();
    await this.guard.close();
    await this.#audit.flush();
  }

  #known(user: string): Entity | undefined | 'pending' {
    try {
      return this.#principals.known(user);
    } catch {
      // `check` tells what it threw.
      return 'pending';
    }
  }

  #inquiry(subject: Entity | undefined, action: string, object: unknown, context: JsonObject | undefined): Inquiry {
    const resource = typeof object === 'object' && object !== null ? preparedObjects.of(object) : object;
    // Whatever else may be wrong, the guard says.
    if (typeof action === 'string' && context === undefined && isPrepared(resource) && isPrepared(subject))
      return new ObjectInquiry(subject, action, resource);
    const inquiry = { action, resource } as { -readonly [K in keyof Inquiry]: Inquiry[K] };
    if (subject !== undefined) inquiry.subject = subject;
    if (context !== undefined) inquiry.context = context;
    return inquiry;
  }

  /** The answer where nobody can tell who a user is, recorded as every other. */
  #unknownUser(message: string, { user, action, object, context }: Asked): StatementAnswer {
    const decision = undecided([infrastructure(message)]);
    if (this.#audit.isWatched) {
      const { inquiry } = readInquiry({ ...this.#inquiry(undefined, action, object, context), subject: user });
      this.#audit.record({ inquiry, decision, describe: () => undefined, startedMs: this.#audit.start() });
    }
    return this.#answer(decision);
  }

  #answer({ allowed, outcome, deciders, diagnostics, revision }: Decision): StatementAnswer {
    const named = deciders.map((uid) => this.#decider(uid));
    return { allowed, kind: KINDS[outcome], deciders: named, diagnostics, revision };
  }

  #decider(uid: string): StatementDecider {
    const known = this.#names.get(uid);
    if (known !== undefined) return known;
    const decider = Object.freeze({ sid: uid, ...statementOfUid(uid), uid });
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    this.#names.set(uid, decider);
    return decider;
  }
}

/** For which the plan of a user is remembered. */
const MOST_ACTIONS = 256;

/** Of statements that decided: making one takes longer than the decision. */
const MOST_NAMES = 10_000;

const KINDS: Readonly<Record<Outcome, StatementAnswer['kind']>> = {
  allow: 'allow',
  deny: 'explicit-deny',
  'not-applicable': 'no-match',
  indeterminate: 'indeterminate',
};

interface Asked {
  readonly user: string;
  readonly action: string;
  readonly object: unknown;
  readonly context: JsonObject | undefined;
}

const UNKNOWN_USER = 'nobody can tell who a user is; nothing is allowed';
const PENDING = 'it is not known yet who the user is: use `check`';
