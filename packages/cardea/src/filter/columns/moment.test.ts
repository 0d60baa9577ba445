import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCodePoints } from '../../ast/json.ts';
import type { Comparison } from './columns-target.ts';
import { isMoment, momentComparison, type MomentType } from './moment.ts';

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};
const timeArb = fc
  .date({ min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date, new Date(date.getTime() - (date.getTime() % 86_400_000))))
  .map((date) => date.toISOString());
const momentArb = fc.oneof(
  timeArb,
  timeArb.map((time) => time.slice(0, 10)),
);

it('moments-order-as-texts: a comparison with a day or a point in time is what it is of texts', () => {
  const typeArb = fc.constantFrom<MomentType>('date', 'timestamp');
  const opArb = fc.constantFrom<Comparison>('lt', 'le', 'gt', 'ge');
  fc.assert(
    fc.property(typeArb, opArb, timeArb, momentArb, (type, op, time, constant) => {
      const held = type === 'date' ? time.slice(0, 10) : time;
      const made = momentComparison(type, op, constant);
      if (made === undefined) throw new Error('each compares with both');
      expect(isMoment(type, made.moment)).toBe(true);
      expect(HOLDS[made.op](compareCodePoints(held, made.moment))).toBe(HOLDS[op](compareCodePoints(held, constant)));
    }),
  );
});

it.each([
  ['date', '2024-02-30'],
  ['date', '0000-01-01'],
  ['date', '2024-2-3'],
  ['date', '2024-05-31T00:00:00.000Z'],
  ['date', '+012024-05-31'],
  ['timestamp', '2024-05-31'],
  ['timestamp', '2024-05-31T24:00:00.000Z'],
  ['timestamp', '2024-05-31T12:00:00Z'],
  ['timestamp', '2024-05-31T12:00:00.000+00:00'],
  ['timestamp', '2024-05-31 12:00:00.000Z'],
] as const)('is no %s: %s', (type, text) => {
  expect(isMoment(type, text)).toBe(false);
});

it.each(['2024', 'now', '', '2024-05-31T12:00:00Z'])('compares no moment with %j', (text) => {
  expect(momentComparison('timestamp', 'lt', text)).toBeUndefined();
});
