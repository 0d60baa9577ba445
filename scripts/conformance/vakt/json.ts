import {
  type LosslessJson,
  importVakt,
  sameVaktInquiry,
  vaktInquiry,
  type VaktPolicyRow,
  type VaktTables,
} from 'cardea/vakt';
import { type Line, readLines } from '../lines.ts';
import { replayQuery } from './mongo-query.ts';
import type { QuirkId } from './quirks.ts';
import { readingOfInquiry, readingOfPolicies, readingOfRule } from './readings.ts';
import { type Case, compare, first, type Verdict } from '../verdict.ts';

/** A line of `json.jsonl`; `kind` says which members it has. */
export interface JsonLine {
  readonly kind: string;
  readonly text: string;
  readonly sorted?: string;
  readonly again?: string;
  readonly result?: string;
  readonly error?: string;
  readonly class?: string;
  readonly uid?: unknown;
  readonly type?: number;
  readonly effect?: unknown;
  readonly a: object;
  readonly b: object;
  readonly equal?: boolean;
  readonly policy: string;
  readonly document: object;
  readonly restored?: string;
  readonly restore_error?: string;
  readonly tables: SqlTables;
  readonly entry: { readonly value?: string; readonly value_base64?: string };
  readonly before: readonly object[];
  readonly after: readonly object[];
}

interface SqlTables {
  readonly vakt_policies: VaktPolicyRow;
  readonly vakt_policy_subjects: VaktTables['subjects'];
  readonly vakt_policy_actions: VaktTables['actions'];
  readonly vakt_policy_resources: VaktTables['resources'];
}

/** Replays `json.jsonl`: what vakt writes and reads, and what its storages keep. */
export async function* replayJson(file: string): AsyncIterable<Case> {
  const documents: LosslessJson[] = [];
  for await (const line of readLines<JsonLine>(file))
    if (line.json.kind === 'mongo' && line.json.document !== undefined) documents.push(line.lossless('document'));
  for await (const line of readLines<JsonLine>(file)) {
    const { json, number } = line;
    const judge = KINDS.get(json.kind);
    const verdict: Verdict =
      judge === undefined ? { kind: 'fails', message: `unknown kind ${json.kind}` } : await judge(line, documents);
    yield { name: `line ${number}`, tags: [json.kind], verdict };
  }
}

type Judge = (line: Line<JsonLine>, documents: readonly LosslessJson[]) => Verdict | Promise<Verdict>;

const KINDS: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['rule', ({ json }) => judgeRule(json)],
  [
    'rule-input',
    ({ json }) =>
      json.error === undefined ? sameRules(json.text, json.result) : compare(true, refusesRule(json.text)),
  ],
  ['policy', (line) => judgePolicy(line, line.json.again)],
  ['policy-input', (line) => judgePolicy(line, line.json.result)],
  [
    'inquiry',
    ({ json }) =>
      first(sameInquiries(json.text, json.again), sameInquiries(json.text, json.sorted, sortingQuirk(json.text))),
  ],
  [
    'inquiry-input',
    ({ json }) =>
      json.error === undefined
        ? first(
            sameInquiries(json.text, json.result, unknownClassQuirk(json.text)),
            sameInquiries(json.text, json.sorted, () => sortingQuirk(json.text)() ?? unknownClassQuirk(json.text)()),
          )
        : compare(false, vaktInquiry(json.text).ok),
  ],
  [
    'inquiry-equality',
    (line) => compare(line.json.equal, sameVaktInquiry(line.lossless('a') as object, line.lossless('b') as object)),
  ],
  ['mongo', (line) => judgeStored(line.json, readingOfPolicies({ documents: [line.lossless('document')] }))],
  ['sql', ({ json }) => judgeStored(json, readingOfPolicies({ tables: tablesOf(json.tables) }))],
  ['redis-json', ({ json }) => judgeStored(json, readingOfPolicies({ values: [json.entry.value ?? ''] }))],
  [
    'redis-pickle',
    ({ json }) =>
      judgeStored(json, readingOfPolicies({ values: [Buffer.from(json.entry.value_base64 ?? '', 'base64')] })),
  ],
  ['mongo-migration', (line) => compare(documentsReading(line, 'before'), documentsReading(line, 'after'))],
  ['mongo-query', replayQuery],
]);

function judgeRule({ text, again, sorted, class: name, error }: JsonLine): Verdict {
  if (error !== undefined) return compare(true, refusesRule(text));
  const named = compare(name, /^\{"py\/object": "([^"]*)"/.exec(text)?.[1]);
  return first(named, sameRules(text, again), sameRules(text, sorted, sortingQuirk(text)));
}

function judgePolicy({ json: line, lossless }: Line<JsonLine>, again: string | undefined): Verdict {
  const { policies, stored } = importVakt(
    { texts: [line.text] },
    { checker: line.type === 2 ? 'rules' : 'regex', onUnsupported: 'opaque' },
  );
  if (line.error !== undefined) return compare([0, 0], [policies.length, stored.length]);
  const [policy] = policies;
  const [found] = stored;
  const uid = lossless('uid');
  return first(
    compare({ type: line.type, effect: line.effect }, { type: found?.type, effect: found?.effect }),
    // Number uids are compared as texts; what is neither has a text of our own.
    typeof uid === 'string' || typeof uid === 'bigint'
      ? compare(String(uid), policy?.uid)
      : compare(1, policies.length),
    compare(line.effect === 'allow' ? 'allow' : 'deny', policy?.effect),
    compare(
      readingOfPolicies({ texts: [line.text] }),
      readingOfPolicies({ texts: [again ?? ''] }),
      unknownClassQuirk(line.text),
    ),
  );
}

// What is read from a storage is what vakt read back from it; where vakt could not, neither do we.
function judgeStored(line: JsonLine, reading: string): Verdict {
  if (line.restored !== undefined) return compare(readingOfPolicies({ texts: [line.restored] }), reading);
  return compare(true, reading.includes('"policies":[]') || reading.includes('vakt.unsupported'));
}

function documentsReading(line: Line<JsonLine>, member: 'before' | 'after'): string {
  return readingOfPolicies({ documents: line.lossless(member) as readonly unknown[] });
}

function tablesOf(tables: SqlTables): VaktTables {
  return {
    policies: [tables.vakt_policies],
    subjects: tables.vakt_policy_subjects,
    actions: tables.vakt_policy_actions,
    resources: tables.vakt_policy_resources,
  };
}

function refusesRule(text: string): boolean {
  return readingOfRule(text).startsWith('refused') || readingOfRule(text).includes('vakt.unsupported');
}

function sameRules(text: string, other: string | undefined, quirk?: () => QuirkId | undefined): Verdict {
  return other === undefined
    ? compare(undefined, undefined)
    : compare(readingOfRule(text), readingOfRule(other), quirk);
}

function sameInquiries(text: string, other: string | undefined, quirk?: () => QuirkId | undefined): Verdict {
  if (other === undefined) return compare(undefined, undefined);
  return first(
    compare(readingOfInquiry(text), readingOfInquiry(other), quirk),
    compare(true, sameVaktInquiry(text, other), quirk),
  );
}

// Writing it again, vakt drops the name of a class that it does not know.
function unknownClassQuirk(text: string): () => QuirkId | undefined {
  return () => (/"py\/object": ?"(?!vakt\.|re\.Pattern")/.test(text) ? 'Q19' : undefined);
}

function sortingQuirk(text: string): () => QuirkId | undefined {
  return () => (text.includes('"py/id"') ? 'Q19' : undefined);
}
