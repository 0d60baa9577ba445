import type { Json } from 'cardea';
import { z } from 'zod';

/** What the values of a column are. */
export type ColumnValue = 'text' | 'number' | 'boolean' | 'json';

/**
 * The value of a column as JSON: what a driver gave, or what it is said to be.
 *
 * @throws an Error where it is none, or would not be exact
 */
export function jsonOfColumn(value: unknown, as: ColumnValue | undefined): Json {
  switch (as) {
    case 'text':
      return textOf(value);
    case 'number':
      return numberOf(value);
    case 'boolean':
      return booleanOf(value);
    case 'json':
      return asJson(typeof value === 'string' ? (JSON.parse(value) as unknown) : value);
    case undefined:
      return asJson(typeof value === 'bigint' ? numberOf(value) : value instanceof Date ? value.toISOString() : value);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new Error('a column that is said to be text is none');
}

function numberOf(value: unknown): number {
  const isWritten = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value);
  const number = isWritten || typeof value === 'bigint' ? Number(value) : value;
  const isExact = typeof number === 'number' && Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER;
  if (!isExact) throw new Error('a column that is said to be a number is none, or none that is exact');
  return number;
}

function booleanOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1 || value === 0n || value === 1n) return Number(value) === 1;
  throw new Error('a column that is said to be a boolean is none');
}

function asJson(value: unknown): Json {
  // What was checked, and not its copy, in which no member is named `__proto__`.
  if (JSON_VALUE.safeParse(value).success) return value as Json;
  throw new Error('a column has a value that is no JSON');
}

const JSON_VALUE = z.json();
