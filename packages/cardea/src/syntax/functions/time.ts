import { defineFunction, type FunctionDefinition } from '../../ast/functions.ts';
import type { Json } from '../../ast/json.ts';
import { LruMap } from '../../ast/lru.ts';
import { quote } from '../../errors.ts';
import type { Weekday } from '../../model/policy.ts';

/** The days of the week in order; Monday first, as ISO 8601 has it. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * The instant that a date-time names, in milliseconds since 1970, or undefined for every other text.
 * The offset is required: a local time names no instant. (RFC 3339 §5.6; seconds may be left out.)
 *
 * @example
 * ```ts
 * parseInstant('2026-11-22T09:00:00+01:00'); // 1795334400000
 * ```
 */
export function parseInstant(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(
    text,
  );
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetMs = (offsetHour * 60 + offsetMinute) * 60_000 * (parts[8] === '-' ? -1 : 1);
  return date.getTime() + Math.floor(Number(parts[7] ?? 0) * 1000) - offsetMs;
}

/**
 * A time of day as `HH:MM:SS`, or undefined. `24:00` is the end of the day.
 */
export function parseTimeOfDay(text: string): string | undefined {
  if (/^24:00(?::00)?$/.test(text)) return '24:00:00';
  return /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(text) ? `${text}:00`.slice(0, 8) : undefined;
}

/** Whether a text names a time zone of the IANA database that this runtime knows. */
export function isTimeZone(zone: string): boolean {
  try {
    return clockOf(zone) !== undefined;
  } catch {
    // Intl reports an unknown zone by throwing a RangeError; that is the answer.
    return false;
  }
}

/** The functions that the rules on time lower to. */
export const timeFunctions: readonly FunctionDefinition[] = [
  defineFunction({
    name: 'instant',
    meaning: 'the milliseconds since 1970 of an RFC 3339 date-time',
    call: ([text]) => (typeof text === 'string' ? parseInstant(text) : undefined),
  }),
  defineFunction({
    name: 'timeOfDay',
    meaning: 'the time of day, `HH:MM:SS`, of a date-time in a time zone',
    check: checkZone,
    call: ([text, zone]) => localTime(text, zone)?.time,
  }),
  defineFunction({
    name: 'weekday',
    meaning: 'the day of the week, `mon` to `sun`, of a date-time in a time zone',
    check: checkZone,
    call: ([text, zone]) => localTime(text, zone)?.weekday,
  }),
];

function checkZone([, zone]: readonly (Json | undefined)[]): string | undefined {
  return typeof zone === 'string' && isTimeZone(zone) ? undefined : `${quote(zone)} is no time zone`;
}

function localTime(
  text: Json | undefined,
  zone: Json | undefined,
): { readonly time: string; readonly weekday: string } | undefined {
  const instant = typeof text === 'string' ? parseInstant(text) : undefined;
  if (instant === undefined || typeof zone !== 'string') return undefined;
  const parts = new Map(
    clockOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const time = ['hour', 'minute', 'second'].map((part) => parts.get(part as Intl.DateTimeFormatPartTypes)).join(':');
  return { time, weekday: (parts.get('weekday') ?? '').toLowerCase() };
}

// Making a formatter costs some 50 µs. A runtime knows a few hundred zones, but each in any mixture of letter case.
const CLOCKS = new LruMap<string, Intl.DateTimeFormat>(512);

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = CLOCKS.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  CLOCKS.set(zone, clock);
  return clock;
}
