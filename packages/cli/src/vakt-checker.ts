import type { VaktChecker } from 'cardea/vakt';
import { Option } from 'commander';
import { usageError } from './report-error.ts';

/** The option that names the checker of a guard of vakt. */
export function vaktCheckerOption(): Option {
  const names: readonly VaktChecker[] = ['regex', 'rules', 'exact', 'fuzzy'];
  return new Option('--checker <name>', 'the checker that the guard of vakt used').choices(names);
}

/** @throws CARDEA_INVALID_ARGUMENT when it is not named: nothing that vakt stored tells */
export function requireVaktChecker({ checker }: { readonly checker?: VaktChecker }): VaktChecker {
  if (checker !== undefined) return checker;
  throw usageError('name the checker that the guard of vakt used: --checker <name>');
}
