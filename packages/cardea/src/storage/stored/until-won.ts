import { CardeaError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

const GIVE_UP_MS = 30_000;
const LONGEST_WAIT_MS = 64;

/**
 * Tries again until other writers do not come first. Waits longer after each attempt, and never twice as long as
 * another process does.
 *
 * @param attempt gives undefined where others came first
 * @throws CARDEA_CONFLICT when they do for half a minute
 */
export async function untilWon<T>(attempt: () => Promise<T | undefined>, clock: Clock): Promise<T> {
  const begun = clock.elapsed();
  for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const won = await attempt();
    if (won !== undefined) return won;
    const now = clock.elapsed();
    if (now - begun > GIVE_UP_MS)
      throw new CardeaError('CARDEA_CONFLICT', 'other writers came first at every attempt of half a minute');
    // What is behind the point of a clock that counts milliseconds is as good as chance.
    await new Promise<void>((resolve) => void setTimeout(resolve, waitMs * (0.5 + (now % 1))));
  }
}
