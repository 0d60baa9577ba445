// A process with a resident guard over a database: it tells when its guard allows what, and adds what it is told to.
import { Guard } from '../src/guard/guard.ts';
import type { GuardingReport, GuardingTask } from './guarding-process.ts';
import { openDatabase } from './open-database.ts';
import { addressee } from './policies.ts';

const { address, ...options } = JSON.parse(process.argv[2] ?? '') as GuardingTask;
const { storage, close } = await openDatabase(address, options);
const guard = new Guard(storage);
await guard.ready();
let next = 0;
storage.watch(() => void tell());
process.on('message', (uid: string) => void storage.add(addressee(uid)));
process.once('disconnect', () => void guard.close().then(close));
report({ ready: true });
await tell();

/** Tells of each policy, in its turn, at the moment from which on the guard decides by it at once. */
async function tell(): Promise<void> {
  await guard.ready();
  while (guard.allows({ subject: String(next), action: 'get', resource: 'book' })) {
    report({ seen: next, atNs: String(process.hrtime.bigint()) });
    next += 1;
  }
}

function report(message: GuardingReport): void {
  process.send?.(message);
}
