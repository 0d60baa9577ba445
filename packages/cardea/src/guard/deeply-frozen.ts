/**
 * Whether nothing in a value can ever be another one: plain data, frozen all the way down. Then whatever was derived from
 * it holds as long as it exists.
 */
export function isDeeplyFrozen(value: object): boolean {
  const met = new Set([value]);
  for (const each of met) {
    if (!Object.isFrozen(each)) return false;
    for (const key of Reflect.ownKeys(each)) {
      const member: unknown = Object.getOwnPropertyDescriptor(each, key)?.value;
      // A getter has no value, and gives what it likes.
      if (member === undefined || typeof member === 'function') return false;
      if (typeof member === 'object' && member !== null) met.add(member);
    }
  }
  return true;
}
