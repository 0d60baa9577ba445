import { isCardeaError, type ErrorCode } from '../errors.ts';
import { canonicalJson, type Json } from '../ast/json.ts';

/** Fails unless two values have the same JSON text, order of members apart. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [textOf(actual), textOf(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}

/** Fails unless the work rejects, or throws, with this code. */
export async function refused(work: () => unknown, code: ErrorCode, what: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isCardeaError(error) && error.code === code) return;
    throw new Error(`${what}: expected ${code}`, { cause: error });
  }
  throw new Error(`${what}: expected ${code}, but it succeeded`);
}

/** All items of an iterable, also of one that is read piece by piece. */
export async function listOf<T>(items: AsyncIterable<T> | Iterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : canonicalJson(value as Json);
}
