import { CardeaError, quote } from '../../errors.ts';

/**
 * The version of vakt that a number of its version store stands for; undefined for 0, which is no migration.
 *
 * @param versions of the migrations, the first one's first
 * @throws CARDEA_UNSUPPORTED when there is no migration of that number
 */
export function migratedVersion(number: unknown, versions: readonly string[]): string | undefined {
  // Drivers give whole numbers as either; vakt stores a float where one was handed in.
  const applied = typeof number === 'bigint' ? Number(number) : number;
  if (applied === 0) return undefined;
  const version = typeof applied === 'number' ? versions[applied - 1] : undefined;
  if (version !== undefined) return version;
  throw new CardeaError(
    'CARDEA_UNSUPPORTED',
    `the database is at migration ${quote(String(applied))} of vakt, of which ${versions.length} are known`,
  );
}
