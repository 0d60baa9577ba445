import { digest } from '../ast/digest.ts';
import { KEYS_VERSION } from '../engine/keys-version.ts';
import type { Checker } from '../syntax/checkers.ts';

/**
 * The name of the keyer that reads policies with this checker and functions of these names: the version of the keys, the
 * checker, and which functions there are.
 */
export function keyerName({ name }: Checker, functions: Iterable<string>): string {
  return `${KEYS_VERSION}/${name}/${digest([...functions].sort()).slice(0, 8)}`;
}
