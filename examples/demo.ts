// `npm run demo`: stores the policies of examples/library in a database, decides, explains and audits, through the public API.
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCachedGuard, formatExplanation, type Inquiry } from 'cardea';
import { fileSink } from 'cardea/audit/file';
import { askedLine, auditLine, bold, columns, decisionLine, dim, heading, PAINTER, reasonLine } from './demo/page.ts';
import { loadInquiries, loadPolicies } from './demo/load.ts';
import { measure } from './demo/measure.ts';
import { makeStore } from './demo/store.ts';

const LIBRARY = join(import.meta.dirname, 'library');
const started = performance.now();

heading('1', 'Load', 'policies are documents; every mistake is reported before anything is decided');
const { policies, files } = await loadPolicies(join(LIBRARY, 'policies'));
const inquiries = await loadInquiries(join(LIBRARY, 'inquiries.ndjson'));
const denials = policies.filter(({ effect }) => effect === 'deny').length;
for (const { name, uids } of files) console.log(`  ${name.padEnd(16)}${dim(columns(uids.join(', '), 80))}`);
console.log(`  ${policies.length} policies, ${denials} of them denials; ${inquiries.length} inquiries`);
const folder = await mkdtemp(join(tmpdir(), 'cardea-demo-'));
const store = await makeStore(join(folder, 'policies.db'), policies);
console.log(dim(`  stored in ${join(folder, 'policies.db')}, at revision ${await store.storage.revision()}`));

heading('2', 'Decide', 'deny wins over allow, and what nobody allows is denied');
const auditFile = join(folder, 'audit.ndjson');
const sink = fileSink(auditFile);
const { guard, storage, cache } = createCachedGuard(store.storage, {
  audit: { sinks: [sink], redact: ['subject.email'] },
});
const decisions = [];
for (const inquiry of inquiries) {
  const decision = await guard.check(inquiry);
  decisions.push(decision);
  console.log(decisionLine(inquiry, decision));
}

heading('3', 'Explain', 'what each rule saw, and what would have to differ');
await explain(nth(8), 'tom may not borrow: what is nearest?', { style: 'text', limit: 3 });
await explain(nth(26), 'ben is a librarian and may not waive a fine: why?', { style: 'text', limit: 0 });
await explain(nth(28), 'ari may not consult a diary: why exactly?', { style: 'tree', limit: 1 });

heading('4', 'Change', 'a cached guard is never stale: its answers belong to a revision of the policies');
const before = await guard.check(nth(8));
console.log(reasonLine('before', before));
await storage.add(graceWeek());
console.log(reasonLine('a policy is added', await guard.check(nth(8))));
await storage.delete('grace-week');
console.log(reasonLine('and taken away', await guard.check(nth(8))));
const { hits, misses } = cache.info();
console.log(dim(`  the cache so far: found ${hits}, decided ${misses}`));

heading('5', 'Audit', `every decision leaves a record, personal data redacted`);
await guard.close();
await store.close();
await sink.close();
const records = (await readFile(auditFile, 'utf8')).trim().split('\n');
for (const record of records.slice(2, 5)) console.log(auditLine(record));
console.log(dim(`  … ${records.length} records in ${auditFile}`));

heading('✓', 'Summary', 'measured just now, on this machine');
const allowed = decisions.filter((decision) => decision.allowed).length;
const { perSecond, microseconds } = await measure(policies, inquiries);
const total = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `  ${bold(String(decisions.length))} inquiries over ${policies.length} policies: ${bold(String(allowed))} allowed, ${bold(String(decisions.length - allowed))} denied, ${records.length} audit records`,
);
console.log(
  `  ${bold(microseconds.toFixed(1))} µs a decision without cache, ${bold(perSecond.toLocaleString('en-US'))} a second; the demo took ${total} s`,
);
console.log(`
  ${bold('Where to go next')}
  npm run -s cardea -- explain -p examples/library -i '{"subject":"guest","action":"edit"}'
  npm run -s cardea -- check -p examples/library --inquiries examples/library/inquiries.ndjson
  npm run -s cardea -- lint examples/library
  npm run -s cardea -- check --store ${join(folder, 'policies.db')} -i '{"subject":"guest","action":"edit"}'
  examples/library/policies/lending.yaml   ${dim('change a policy, and run the demo again')}
  examples/first-policy.ts                 ${dim('the smallest program; others are beside it')}
  docs/guide/1-first-policy.md             ${dim('the guide')}
`);

function nth(line: number): Inquiry {
  const inquiry = inquiries[line - 1];
  if (inquiry === undefined) throw new Error(`examples/library/inquiries.ndjson has no line ${line}`);
  return inquiry;
}

async function explain(
  inquiry: Inquiry,
  question: string,
  { style, limit }: { readonly style: 'text' | 'tree'; readonly limit: number },
): Promise<void> {
  const explanation = await guard.explain(inquiry, { limit, redact: ['subject.email'] });
  console.log(askedLine(question, inquiry));
  const lines = formatExplanation(explanation, { style, colour: PAINTER }).split('\n');
  for (const line of lines) console.log(`  ${columns(line, 98)}`);
  console.log();
}

function graceWeek() {
  return {
    uid: 'grace-week',
    effect: 'allow',
    subjects: [{ role: 'student' }],
    actions: ['borrow'],
    resources: [{ collection: 'general' }],
    context: { now: { $timeWindow: { days: ['mon', 'tue', 'wed'] } } },
  } as const;
}
