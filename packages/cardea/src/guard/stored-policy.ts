import { call, test, TRUE, value } from '../ast/build.ts';
import { isJsonObject, type JsonObject } from '../ast/json.ts';
import { type Issue, issuesError, quote } from '../errors.ts';
import { conditionOf, type LoweredPolicy } from '../model/lowered-policy.ts';
import type { LowerOptions } from '../syntax/lower.ts';
import { parseAndLower } from '../syntax/policy-at.ts';
import { invalidPolicyFunction } from './invalid-policy-function.ts';

/** A policy as the guard keeps it. */
export interface StoredPolicy {
  readonly lowered: LoweredPolicy;
  readonly description: string | undefined;
  /** What is wrong with it; empty where nothing is. */
  readonly issues: readonly Issue[];
}

/** What is known of something stored that is no policy. */
export interface FailingPolicy extends Pick<LoweredPolicy, 'uid' | 'effect'> {
  /** The highest when absent: nobody knows. */
  readonly priority?: number;
}

/**
 * A policy whose evaluation always fails, with a reason: an allow that never applies, or a deny that lets nobody
 * through that it might have stopped.
 */
export function failingPolicy(known: FailingPolicy, reason: string): LoweredPolicy {
  const condition = test('isTrue', call(invalidPolicyFunction.name, value(reason)));
  const parts = { subjects: [condition], actions: [TRUE], resources: [TRUE], context: [] };
  return { priority: Number.POSITIVE_INFINITY, ...known, obligations: [], condition: conditionOf(parts), parts };
}

/**
 * Reads a policy that a storage handed out. Never throws.
 *
 * INVARIANT: an invalid policy becomes one whose evaluation always fails, so that the one model of errors
 * covers it: an invalid allow never applies, and an invalid deny lets nobody through that it might have
 * stopped, which is everybody. Whatever is not plainly an allow is a deny.
 */
export function readStoredPolicy(stored: unknown, options: LowerOptions): StoredPolicy {
  const parsed = parseAndLower(stored, options);
  if (!parsed.ok) return failing(stored, parsed.issues);
  const { policy, lowered } = parsed.value;
  return { lowered, description: policy.description, issues: [] };
}

function failing(stored: unknown, issues: readonly Issue[]): StoredPolicy {
  const { uid, effect, priority } = membersOf(stored);
  const reason = issuesError('stored policy', issues).message;
  const known: FailingPolicy = {
    uid: typeof uid === 'string' ? uid : quote(uid),
    effect: effect === 'allow' ? 'allow' : 'deny',
    // A deny whose priority nobody knows may have been the highest.
    ...(typeof priority === 'number' && Number.isFinite(priority) ? { priority } : {}),
  };
  return { lowered: failingPolicy(known, reason), description: undefined, issues };
}

function membersOf(stored: unknown): JsonObject {
  try {
    return isJsonObject(stored) ? { ...stored } : {};
  } catch {
    // A getter or a proxy threw; the issues say so.
    return {};
  }
}
