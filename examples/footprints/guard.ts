import { MemoryStorage } from 'cardea';
import { StatementGuard } from 'cardea/statements';
import { makeDirectory } from './directory.ts';

/** A guard over the statements of so many users. */
export async function makeGuard(users: number): Promise<StatementGuard> {
  const directory = makeDirectory(users);
  const guard = new StatementGuard(new MemoryStorage(directory.policies), {
    principals: (user) => directory.users.get(user),
  });
  await guard.ready();
  return guard;
}
