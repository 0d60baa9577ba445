import { CardeaError, quote } from '../../errors.ts';
import { raw, type SqlText } from './sql-text.ts';

/** The tables of a storage. */
const NAMES = ['policies', 'links', 'policy_keys', 'shapes', 'changes', 'head', 'migrations'] as const;

/** Each table by its short name, as it stands in statements. */
export type SqlTables = Readonly<Record<(typeof NAMES)[number], SqlText>>;

/** Short enough that no database cuts the name of a table or an index: PostgreSQL does after 63 bytes. */
const PREFIX = /^[a-z_][a-z0-9_]{0,39}$/;

/**
 * The tables whose names begin with a prefix.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the prefix would need quotes somewhere
 */
export function sqlTables(prefix: string): SqlTables {
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `a prefix of tables is 1 to 40 lower-case letters, digits and underscores, not ${quote(JSON.stringify(prefix))}`,
    );
  return Object.fromEntries(NAMES.map((name) => [name, raw(prefix + name)])) as SqlTables;
}
