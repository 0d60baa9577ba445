import type { Decision, Guard, Inquiry } from 'cardea';
import { predicate } from 'cardea/filter';
import type { DataRow } from './read-rows.ts';
import { VerifyTable } from './verify-table.ts';

const WAYS = ['index', 'memory', 'sqlite'] as const;

/** What one way of deciding got wrong: the numbers of inquiry and line, both from 1. */
export interface Report {
  readonly way: (typeof WAYS)[number];
  /** Allowed, although the reference does not. */
  readonly over: (readonly [inquiry: number, line: number])[];
  /** Not allowed, although the reference does. */
  readonly under: (readonly [inquiry: number, line: number])[];
}

/** What was compared, and how it came out. */
export interface Verified {
  readonly reports: readonly Report[];
  readonly inquiries: number;
  readonly rows: number;
  /** Pairs of an inquiry and a row that the reference allows. */
  readonly allowed: number;
  /** Attributes that have a column in SQLite. */
  readonly columns: number;
}

/** What is compared. */
interface Compared {
  readonly questions: readonly Inquiry[];
  readonly rows: readonly DataRow[];
  readonly signal: AbortSignal;
}

/** Asks the reference and every other way of deciding about each row for each question. */
export async function compareWays(
  guard: Guard,
  reference: (inquiry: Inquiry) => Decision,
  { questions, rows, signal }: Compared,
): Promise<Verified> {
  const reports: readonly Report[] = WAYS.map((way) => ({ way, over: [], under: [] }));
  const table = new VerifyTable(rows);
  let allowed = 0;
  for (const [at, asked] of questions.entries()) {
    signal.throwIfAborted();
    const { subject, action, context } = asked;
    const question = defined({ subject, action, context });
    const plan = await guard.plan(question);
    const allows = predicate(plan);
    const selected = table.select(plan, allows);
    for (const [number, { line, resource }] of rows.entries()) {
      const inquiry = { ...question, resource };
      const expected = reference(inquiry).allowed;
      allowed += Number(expected);
      const found = { index: guard.allows(inquiry), memory: allows(resource), sqlite: selected.has(number) };
      const wrong = reports.filter(({ way }) => found[way] !== expected);
      for (const { over, under } of wrong) (expected ? under : over).push([at + 1, line]);
    }
  }
  table.close();
  return { reports, inquiries: questions.length, rows: rows.length, allowed, columns: table.columns };
}

function defined(inquiry: { readonly [K in keyof Inquiry]: Inquiry[K] | undefined }): Inquiry {
  return Object.fromEntries(Object.entries(inquiry).filter(([, part]) => part !== undefined));
}
