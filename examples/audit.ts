// Every decision leaves a record: who asked for what, which policies decided, how long it took.
//   node --conditions=cardea-source examples/audit.ts
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allow, Guard, MemoryStorage } from 'cardea';
import { memorySink } from 'cardea/audit';
import { fileSink } from 'cardea/audit/file';

const folder = await mkdtemp(join(tmpdir(), 'cardea-audit-'));
const file = fileSink(join(folder, 'audit.ndjson'), { maxBytes: 10_000_000, maxFiles: 3 });
const memory = memorySink();

const guard = new Guard(
  new MemoryStorage([
    allow({
      uid: 'nurses-read-charts',
      subjects: [{ role: 'nurse' }],
      actions: ['read'],
      resources: ['chart:<[0-9]+>'],
    }),
  ]),
  // Sinks never see the attributes that are redacted.
  { audit: { sinks: [memory, file], redact: ['subject.email'] } },
);

await guard.check({ subject: { role: 'nurse', email: 'ida@example.org' }, action: 'read', resource: 'chart:7' });
await guard.check({ subject: { role: 'visitor', email: 'max@example.org' }, action: 'read', resource: 'chart:7' });
await guard.close();
await file.close();

for (const { effect, inquiry, deciders } of memory.records)
  console.log(effect, JSON.stringify(inquiry.subject), deciders);
const lines = (await readFile(join(folder, 'audit.ndjson'), 'utf8')).trim().split('\n');
console.log(`${lines.length} records in the file`);
await rm(folder, { recursive: true });
