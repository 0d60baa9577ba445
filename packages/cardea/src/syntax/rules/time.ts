import type { AttributeReference, Rule, TimeWindow } from '../../model/policy.ts';

type Moment = string | AttributeReference;

/** The date-time is before another. Both are RFC 3339 texts with an offset; other texts are unknown. @example `{ expires: before('2027-01-01T00:00:00Z') }` */
export function before(moment: Moment): Rule<string, never> {
  return { $before: moment };
}

/** The date-time is after another. @example `{ now: after({ $resource: 'publishedAt' }) }` */
export function after(moment: Moment): Rule<string, never> {
  return { $after: moment };
}

/**
 * The date-time falls in a window of days and hours in a time zone. A window that passes midnight belongs
 * to the day on which it begins.
 *
 * @example
 * ```ts
 * context: { now: timeWindow({ days: ['mon', 'tue'], from: '09:00', to: '17:30', zone: 'Europe/Amsterdam' }) }
 * ```
 */
export function timeWindow(window: TimeWindow): Rule<string, never> {
  return { $timeWindow: window };
}
