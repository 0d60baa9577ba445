import { Guard, MemoryStorage } from 'cardea';
import { importVakt, type LosslessJson, type VaktChecker, vaktFunctions, vaktInquiry } from 'cardea/vakt';
import { aggregate, find } from 'mingo';
import type { JsonLine } from './json.ts';
import type { Line } from '../lines.ts';
import type { QuirkId } from './quirks.ts';
import { AGREES, type Verdict } from '../verdict.ts';

interface QueryLine {
  readonly checker: VaktChecker | 'none';
  readonly inquiry: object;
  readonly query: object;
  readonly aggregate: boolean;
}

type Document = Readonly<Record<string, unknown>>;

/**
 * Runs a recorded query over the documents of the same file, with MongoDB's semantics: it must find every
 * document whose policy our checker finds, which is the contract of a storage's candidates.
 */
export async function replayQuery(line: Line<JsonLine>, documents: readonly LosslessJson[]): Promise<Verdict> {
  const query = line.json as unknown as QueryLine;
  const inquiry = vaktInquiry(line.lossless('inquiry') as object);
  if (!inquiry.ok) return { kind: 'fails', message: 'the inquiry was refused' };
  const missed: string[] = [];
  for (const document of documents) {
    const checker = query.checker === 'none' ? 'regex' : query.checker;
    const { policies } = importVakt({ documents: [document] }, { checker, onUnsupported: 'opaque' });
    const guard = new Guard(new MemoryStorage(policies), { functions: vaktFunctions });
    const { candidates } = await guard.check(inquiry.value);
    if (candidates.length > 0 && !finds(query, toPlain(document) as Document)) missed.push(...candidates);
  }
  if (missed.length === 0) return AGREES;
  const quirk = quirkOf(query);
  return quirk === undefined
    ? { kind: 'fails', message: `the query misses ${missed.join(', ')}` }
    : { kind: 'quirk', quirk };
}

function finds({ query, aggregate: isPipeline }: QueryLine, document: Document): boolean {
  try {
    return (isPipeline ? aggregate([document], query as Document[]) : find([document], query).all()).length > 0;
  } catch {
    // The database refuses the query too: a value that is no string cannot be an expression.
    return false;
  }
}

// The exact query compares texts with their tags on; the fuzzy one reads the value as an expression.
function quirkOf({ checker }: QueryLine): QuirkId | undefined {
  if (checker === 'regex') return 'Q24';
  return checker === 'exact' || checker === 'fuzzy' ? 'Q10' : undefined;
}

function toPlain(value: LosslessJson): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(
    Array.from(value as ReadonlyMap<string, LosslessJson>, ([key, member]) => [key, toPlain(member)]),
  );
}
