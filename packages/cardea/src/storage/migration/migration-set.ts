import { type Issue, issuesError, quote } from '../../errors.ts';
import type { Migration } from '../../ports/migration.ts';

/**
 * The migrations of a schema: with the orders 1, 2, 3 and so on, each once.
 *
 * @example
 * ```ts
 * const migrations = new MigrationSet([
 *   {
 *     order: 1,
 *     description: 'the table of policies',
 *     atomic: true,
 *     up: (database) => database.schema.createTable('policies').addColumn('uid', 'text').execute(),
 *     down: (database) => database.schema.dropTable('policies').execute(),
 *   },
 * ]);
 * migrations.latest; // 1
 * ```
 */
export class MigrationSet<Context> implements Iterable<Migration<Context>> {
  readonly #migrations: readonly Migration<Context>[];

  /**
   * @param migrations in any order
   * @throws CARDEA_INVALID_ARGUMENT with every duplicate, every gap and everything that is no migration
   */
  constructor(migrations: Iterable<Migration<Context>>) {
    const given = Array.from(migrations);
    const issues = issuesOf(given);
    if (issues.length > 0) throw issuesError('migrations', issues);
    this.#migrations = Object.freeze(given.sort((a, b) => a.order - b.order));
  }

  /** The version after all of them; 0 where there are none. */
  get latest(): number {
    return this.#migrations.length;
  }

  /** The migration that leads to a version. */
  get(order: number): Migration<Context> | undefined {
    return this.#migrations[order - 1];
  }

  /** Upwards. */
  [Symbol.iterator](): Iterator<Migration<Context>> {
    return this.#migrations[Symbol.iterator]();
  }
}

function issuesOf(given: readonly unknown[]): readonly Issue[] {
  const shapes = given.flatMap((one, at) => shapeProblems(one).map((problem) => issue(problem, [at])));
  if (shapes.length > 0) return shapes;
  const orders = (given as readonly Migration<unknown>[]).map(({ order }) => order);
  const twice = orders.flatMap((order, at) =>
    orders.indexOf(order) === at ? [] : [issue(`order \`${order}\` is there twice`, [at, 'order'])],
  );
  const missing = orders.flatMap((order, at) => {
    if (order === 1 || orders.includes(order - 1) || orders.indexOf(order) !== at) return [];
    return [issue(`order \`${order}\` does not follow on any: there is no \`${order - 1}\``, [at, 'order'])];
  });
  return [...twice, ...missing];
}

function shapeProblems(one: unknown): readonly string[] {
  if (typeof one !== 'object' || one === null) return [`a migration is an object, not ${quote(one)}`];
  const { order, description, up, down } = one as Readonly<Record<string, unknown>>;
  return [
    Number.isSafeInteger(order) && (order as number) > 0
      ? ''
      : `an order is a whole number of at least 1, not ${quote(String(order))}`,
    typeof description === 'string' && description !== '' ? '' : 'a migration has a description',
    typeof up === 'function' ? '' : 'a migration has a function `up`',
    down === undefined || typeof down === 'function' ? '' : '`down` of a migration is a function, or absent',
  ].filter((problem) => problem !== '');
}

function issue(message: string, path: Issue['path']): Issue {
  return { code: 'CARDEA_INVALID_ARGUMENT', message, path };
}
