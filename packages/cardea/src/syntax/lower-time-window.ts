import { and, call, or, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import { quote } from '../errors.ts';
import type { Weekday } from '../model/policy.ts';
import { isTimeZone, parseTimeOfDay, WEEKDAYS } from './functions/time.ts';
import { inside, type Place, report } from './issue-collector.ts';
import { describe, isPlainObject } from './plain-object.ts';
import type { RulePlace } from './rule-place.ts';

/**
 * Lowers a window of time on a date-time. A window that passes midnight belongs to the day on which it
 * begins: `{ days: ['fri'], from: '22:00', to: '06:00' }` holds on Saturday at 02:00.
 */
export function lowerTimeWindow(argument: unknown, place: RulePlace): Condition {
  if (!isPlainObject(argument))
    return failed(place, `a time window is a dictionary of days, from, to and zone, not a ${describe(argument)}`);
  for (const name of Object.keys(argument)) {
    if (!['days', 'from', 'to', 'zone'].includes(name))
      failed(inside(place, name), `unknown member ${quote(name)}; a time window has days, from, to and zone`);
  }
  const days = daysOf(argument['days'], inside(place, 'days'));
  const from = timeOf(argument['from'], '00:00:00', inside(place, 'from'));
  const to = timeOf(argument['to'], '24:00:00', inside(place, 'to'));
  const zone = zoneOf(argument['zone'], inside(place, 'zone'));
  if (from === to) failed(place, `the window from ${quote(from)} to ${quote(to)} is empty`);
  const time = call('timeOfDay', place.what, value(zone));
  const onDay = (shift: number): Condition => dayCondition(place.what, zone, days, shift);
  if (from < to) return and(onDay(0), test('ge', time, value(from)), test('lt', time, value(to)));
  return or(and(onDay(0), test('ge', time, value(from))), and(onDay(1), test('lt', time, value(to))));
}

function dayCondition(what: Operand, zone: string, days: readonly Weekday[], shift: number): Condition {
  const names = days.map((day) => WEEKDAYS[(WEEKDAYS.indexOf(day) + shift) % 7] as Weekday);
  return test('in', call('weekday', what, value(zone)), value(names));
}

function daysOf(days: unknown, place: Place): readonly Weekday[] {
  if (days === undefined) return WEEKDAYS;
  if (Array.isArray(days) && days.length > 0 && days.every((day) => (WEEKDAYS as readonly unknown[]).includes(day)))
    return days as readonly Weekday[];
  failed(place, `days are a list of ${WEEKDAYS.join(', ')}, not ${quote(days)}`);
  return WEEKDAYS;
}

function timeOf(text: unknown, otherwise: string, place: Place): string {
  if (text === undefined) return otherwise;
  const time = typeof text === 'string' ? parseTimeOfDay(text) : undefined;
  if (time === undefined) failed(place, `${quote(text)} is no time of day such as 09:00`);
  return time ?? otherwise;
}

function zoneOf(zone: unknown, place: Place): string {
  if (zone === undefined) return 'UTC';
  if (typeof zone === 'string' && isTimeZone(zone)) return zone;
  failed(place, `${quote(zone)} is no time zone such as Europe/Amsterdam`);
  return 'UTC';
}

function failed(place: Place, message: string): Condition {
  report(place, 'CARDEA_INVALID_TIME', message);
  return { kind: 'const', value: false };
}
