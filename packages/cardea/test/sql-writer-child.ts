// A process that writes until it kills itself: after so many statements, or when it is done.
import { sqlMigrator, sqlStorage } from '../src/storage/sql/index.ts';
import { allowing } from './policies.ts';
import { connectTo, type SqlAddress } from './sql-connections.ts';

/** What the process is told. */
export interface SqlWriterTask {
  readonly address: SqlAddress;
  /** Names what it writes. */
  readonly round: number;
  readonly killAfter: number;
}

const { address, round, killAfter } = JSON.parse(process.argv[2] ?? '') as SqlWriterTask;
let statements = 0;
const kysely = connectTo(address, () => {
  statements += 1;
  if (statements === killAfter) process.kill(process.pid, 'SIGKILL');
});
// So that nobody waits long for a process that was killed while it made the tables.
await sqlMigrator(kysely, { leaseMs: 300 }).up();
const storage = sqlStorage(kysely);
const name = (at: number): string => `r${round}-${at}`;
const template = { ...allowing(`t${round}`), slots: ['who'], subjects: [{ $slot: 'who' }] };
await storage.apply([
  { type: 'add', policy: template },
  { type: 'link', link: { template: template.uid, values: { who: 'max' } } },
  { type: 'link', link: { template: template.uid, values: { who: 'eva' } } },
]);
await storage.addAll(
  Array.from({ length: 1200 }, (_, at) => allowing(name(at), { actions: [`a${at % 7}`] })),
  { batch: 600 },
);
await storage.apply([
  { type: 'update', policy: allowing(name(3), { actions: ['changed'] }) },
  { type: 'delete', uid: name(4) },
  { type: 'update', policy: { ...template, subjects: [{ name: { $slot: 'who' } }] } },
  { type: 'unlink', link: { template: template.uid, values: { who: 'max' } } },
]);
await storage.delete(template.uid);
process.kill(process.pid, 'SIGKILL');
