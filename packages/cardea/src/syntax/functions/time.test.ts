import { describe, expect, it } from 'vitest';
import { isTimeZone, parseInstant, parseTimeOfDay } from './time.ts';

describe('a date-time', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-11-22T09:00:00+01:00', Date.UTC(2026, 10, 22, 8)],
    ['2026-11-22t09:00z', Date.UTC(2026, 10, 22, 9)],
    ['2024-02-29T00:00:00.5Z', Date.UTC(2024, 1, 29, 0, 0, 0, 500)],
    ['0099-01-01T00:00:00Z', -59042995200000],
    ['2026-01-01T00:00:00-11:30', Date.UTC(2026, 0, 1, 11, 30)],
  ])('%s is the instant %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    '',
    '2026-11-22',
    '2026-11-22T09:00:00',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00+24:00',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    '٢٠٢٦-01-01T00:00:00Z',
  ])('%j is no instant', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it.each([
    ['09:00', '09:00:00'],
    ['23:59:59', '23:59:59'],
    ['24:00', '24:00:00'],
    ['9:00', undefined],
    ['24:01', undefined],
    ['12:60', undefined],
  ])('%s as a time of day is %s', (text, expected) => {
    expect(parseTimeOfDay(text)).toBe(expected);
  });

  it.each([
    ['UTC', true],
    ['Europe/Amsterdam', true],
    ['Mars/Olympus', false],
    ['', false],
  ])('%j as a time zone: %s', (zone, expected) => {
    expect(isTimeZone(zone)).toBe(expected);
  });
});
