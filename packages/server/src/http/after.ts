/**
 * Goes on at once with what is there, and later with what is promised: a promise takes its time even where nothing has to
 * be waited for.
 *
 * @throws whatever `use` throws, where it goes on at once
 */
export function after<T, R>(value: T | Promise<T>, use: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
