import { isJsonObject } from '../ast/json.ts';

/** Whether a value is an object made of members only: no class instance, whose meaning JSON would lose. */
export function isPlainObject(input: unknown): input is Readonly<Record<string, unknown>> {
  if (!isJsonObject(input)) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** What a value is, for a message. */
export function describe(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'list';
  if (typeof input === 'object') return isPlainObject(input) ? 'dictionary' : 'class instance';
  return typeof input;
}
