import { FunctionMap } from '../upstream.cjs';
import type { Callable } from './scope.ts';

/** The functions of an enforcer, of which none may answer with a promise: casbin takes it for true, and allows. */
export function withoutPromises(functions: FunctionMap): FunctionMap {
  const guarded = new FunctionMap();
  for (const [name, call] of functions.getFunctions() as ReadonlyMap<string, Callable>) {
    guarded.addFunction(name, ((...args: unknown[]) => synchronous(call(...args))) as Callable as never);
  }
  return guarded;
}

/**
 * Passes a value on that is there.
 *
 * @throws Error for a promise
 */
export function synchronous(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function') {
    throw new Error('a function of the matcher is asynchronous: use `enforce` instead of `enforceSync`');
  }
  return value;
}
