import { CardeaError } from '../../errors.ts';
import { type SqlSession, textOf } from './sql-session.ts';

/** @throws CARDEA_UNSUPPORTED when the database loses or confuses values as it is set up */
export async function requireUsable(session: SqlSession): Promise<void> {
  for (const { ask, allows, reason } of session.dialect.refusals) {
    const value = textOf((await session.row(ask))?.['value']);
    if (!allows.test(value)) throw new CardeaError('CARDEA_UNSUPPORTED', reason);
  }
}
