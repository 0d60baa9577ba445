// A web service over SQLite whose lists and items are filtered by statements: what four users see of it.
//   node --conditions=cardea-source examples/footprints.ts
import { makeGuard } from './footprints/guard.ts';
import { createService } from './footprints/service.ts';
import { makeTable } from './footprints/table.ts';

const guard = await makeGuard(10);
const service = createService(makeTable(5_000), guard);
for (const user of ['user0', 'user1', 'user4', 'nobody']) {
  const get = async (url: string) => service.inject({ url, headers: { 'x-user': user } });
  const { rows, complete } = (await get('/footprints?limit=5')).json();
  const ids = rows.map(({ id }: { readonly id: number }) => id).join(', ');
  const { statusCode } = await get('/footprints/7');
  console.log(`${user}: ${ids === '' ? 'nothing' : ids}${complete ? '' : ' and more'}; number 7: ${statusCode}`);
}
await service.close();
await guard.close();
