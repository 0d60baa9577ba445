import type { Kysely } from 'kysely';
import { CardeaError } from '../../errors.ts';
import { SQL_DIALECTS, type SqlDialect } from './sql-dialects.ts';

/**
 * The dialect of a Kysely instance, told by how it writes a name and a parameter: a class could be of another copy of
 * Kysely, or of a dialect that somebody derived.
 *
 * @throws CARDEA_INVALID_ARGUMENT when it is none that is known, or the instance is a transaction
 */
export function detectDialect<Database>(kysely: Kysely<Database>): SqlDialect {
  if (kysely.isTransaction)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'a storage makes its own transactions, and cannot be in another');
  const one = kysely.withoutPlugins().selectNoFrom((expressions) => expressions.val(1).as('one'));
  const { sql } = one.compile();
  if (sql.includes('`')) return SQL_DIALECTS.mysql;
  if (sql.includes('$1')) return SQL_DIALECTS.postgres;
  if (sql.includes('?') && sql.includes('"')) return SQL_DIALECTS.sqlite;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'the dialect is none of SQLite, PostgreSQL and MySQL');
}
