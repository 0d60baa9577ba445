import { jsonEqual, type JsonObject } from '../ast/json.ts';
import { LruMap } from '../ast/lru.ts';
import { CardeaError } from '../errors.ts';
import { isAttributes } from '../model/entity.ts';
import type { Entity } from '../model/inquiry.ts';
import { isPrepared } from '../model/prepared.ts';
import type { Clock } from '../ports/clock.ts';
import { preparedCopy } from './prepared-objects.ts';

/** Who a user is, as a subject that statements read: see `principal`. Undefined for nobody, who is denied everything. */
export type Principals = (user: string) => Entity | undefined | Promise<Entity | undefined>;

interface Known {
  readonly subject: Entity | undefined;
  readonly askedMs: number;
  /** When it was put among those that are forgotten last. */
  renewedMs: number;
}

/** Who was asked for so lately need not be put there again, which takes longer than finding it. */
const RENEWED_MS = 1_000;

/** Who users are, for a while. */
export class PrincipalCache {
  readonly #principals: Principals;
  readonly #maxAgeMs: number;
  readonly #clock: Clock;
  readonly #known: LruMap<string, Known>;
  readonly #asked = new Map<string, Promise<Entity | undefined>>();
  // An answer that was asked for before something was forgotten is of no use after it.
  #generation = 0;

  constructor(
    principals: Principals,
    {
      maxAgeMs,
      maxPrincipals,
      clock,
    }: { readonly maxAgeMs: number; readonly maxPrincipals: number; readonly clock: Clock },
  ) {
    for (const [name, value] of Object.entries({ maxAgeMs, maxPrincipals })) {
      if (!(value >= 0)) throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${name} must be a number of at least 0`);
    }
    this.#principals = principals;
    this.#maxAgeMs = maxAgeMs;
    this.#clock = clock;
    this.#known = new LruMap(maxPrincipals);
  }

  /** The subject of a user, asked for where it is not known. @throws whatever `principals` does */
  async find(user: string): Promise<Entity | undefined> {
    const known = this.known(user);
    if (known !== 'pending') return known;
    return this.#asked.get(user);
  }

  /** The subject of a user, or word that it was asked for and is not here yet. @throws whatever `principals` does */
  known(user: string): Entity | undefined | 'pending' {
    const known = this.#known.peek(user);
    const nowMs = this.#clock.elapsed();
    if (known !== undefined && nowMs - known.askedMs <= this.#maxAgeMs) {
      if (nowMs - known.renewedMs > RENEWED_MS) this.#renew(user, known, nowMs);
      return known.subject;
    }
    if (this.#asked.has(user)) return 'pending';
    const answer = this.#principals(user);
    if (isLater(answer)) {
      this.#await(user, Promise.resolve(answer), nowMs);
      return 'pending';
    }
    return this.#remember(user, answer, nowMs);
  }

  forget(user: string): void {
    this.#generation += 1;
    this.#known.delete(user);
    this.#asked.delete(user);
  }

  clear(): void {
    this.#generation += 1;
    this.#known.clear();
    this.#asked.clear();
  }

  #renew(user: string, known: Known, nowMs: number): void {
    known.renewedMs = nowMs;
    this.#known.get(user);
  }

  // A copy: whoever gave the subject may go on changing it, and give it again when it is old.
  #remember(user: string, answer: Entity | undefined, askedMs: number): Entity | undefined {
    const subject = answer && formerOr(preparedCopy(answer), this.#known.peek(user)?.subject);
    this.#known.set(user, { subject, askedMs, renewedMs: askedMs });
    return subject;
  }

  #await(user: string, answer: Promise<Entity | undefined>, askedMs: number): void {
    const generation = this.#generation;
    const settled = answer
      .then((subject) => (generation === this.#generation ? this.#remember(user, subject, askedMs) : subject))
      .finally(() => {
        if (this.#asked.get(user) === settled) this.#asked.delete(user);
      });
    this.#asked.set(user, settled);
    // Whoever waits for it is told; `decide` waits for nothing.
    settled.catch(() => {});
  }
}

/** The former subject where the new one says the same: what was derived from it still holds, and is found by its identity. */
function formerOr(subject: Entity, former: Entity | undefined): Entity {
  if (former === undefined || !(isPrepared(subject) && isPrepared(former))) return subject;
  const isSame = isAttributes(subject) === isAttributes(former) && jsonEqual(asJson(subject), asJson(former));
  return isSame ? former : subject;
}

// What is prepared is JSON.
function asJson(subject: Entity): JsonObject {
  return subject as object as JsonObject;
}

function isLater(answer: ReturnType<Principals>): answer is Promise<Entity | undefined> {
  return typeof answer === 'object' && 'then' in answer && typeof answer.then === 'function';
}
