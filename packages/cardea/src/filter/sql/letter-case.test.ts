import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../../test/sql-connections.ts';
import { SQL_DATABASES, type SqlPlace } from '../../../test/sql-databases.ts';
import { attr, call, test, value } from '../../ast/build.ts';
import { lowerCase } from '../../ast/lower-case.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { textFunctions } from '../../syntax/functions/text.ts';
import { cardea } from '../kysely/index.ts';
import type { SqlDialectName } from './sql-dialect.ts';
import type { SqlMapping } from './sql-mapping.ts';

const DIALECTS: Readonly<Record<string, SqlDialectName>> = {
  'better-sqlite3': 'sqlite',
  postgres: 'postgres',
  mariadb: 'mysql',
};
/** Every letter that has a case, and some that have none. */
const LETTERS = Array.from({ length: 0x1e944 }, (_, point) => point)
  .filter((point) => point > 0 && (point < 0xd800 || point > 0xdfff))
  .map((point) => String.fromCodePoint(point))
  .filter((letter) => letter.toLowerCase() !== letter || letter.toUpperCase() !== letter || letter < '\x80');

for (const database of SQL_DATABASES) {
  const dialect = DIALECTS[database.name];
  if (dialect === undefined) continue;
  database.describe(`filter ≡ decide of letters in ${database.name}`, (create) => {
    let place: SqlPlace | undefined;
    beforeAll(async () => {
      place = await create();
      const connection = place.connect();
      const unicode = dialect === 'mysql' ? ' character set utf8mb4 collate utf8mb4_general_ci' : '';
      await run(connection, `create table letters (n integer primary key, letter varchar(9)${unicode} not null)`);
      const db = connection.withTables<{ letters: { n: number; letter: string } }>();
      const rows = LETTERS.map((letter, n) => ({ n, letter: `${letter}x` }));
      for (let at = 0; at < rows.length; at += 500)
        await db
          .insertInto('letters')
          .values(rows.slice(at, at + 500))
          .execute();
    }, 60_000);
    afterAll(() => place?.dispose());

    it('ignores case as deciding does, of all letters', async () => {
      const mapping: SqlMapping = { dialect, columns: { letter: { column: 'letter', type: 'text', nulls: 'never' } } };
      const db = (place as SqlPlace).connect().withTables<{ letters: { n: number; letter: string } }>();
      const select = async (op: 'startsWith' | 'eq', text: string): Promise<readonly unknown[]> => {
        const filter = cardea(planOf(test(op, call('lower', attr('resource', 'letter')), value(text))), mapping);
        const found = await db.selectFrom('letters').select('n').where(filter).orderBy('n').execute();
        return found.map(({ n }) => LETTERS[n]);
      };
      for (const letter of 'abcdefghijklmnopqrstuvwxyz5_%') {
        expect(await select('startsWith', letter)).toEqual(
          LETTERS.filter((each) => lowerCase(each).startsWith(letter)),
        );
        expect(await select('eq', `${letter}x`)).toEqual(LETTERS.filter((each) => lowerCase(each) === letter));
      }
    });
  });
}

function planOf(condition: Extract<QueryPlan, { readonly kind: 'conditional' }>['condition']): QueryPlan {
  const functions = new Map(textFunctions.map((definition) => [definition.name, definition]));
  return { kind: 'conditional', condition, over: 'resource', functions, revision: 1, diagnostics: [] };
}
