import { type Decision, type Outcome, quote } from 'cardea';
import type { Colours } from './colours.ts';

/** What became of a file of inquiries. */
export interface BatchSummary {
  /** Lines that are not empty. */
  readonly inquiries: number;
  readonly allowed: number;
  readonly denied: number;
  /** Lines that hold no valid inquiry; nothing was decided for them. */
  readonly invalid: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** How often each policy decided, the busiest first. */
  readonly deciders: readonly { readonly uid: string; readonly count: number }[];
  readonly durationMs: number;
}

/** Counts decisions. Its memory grows with the policies that decided, not with the inquiries. */
export class BatchCount {
  readonly #outcomes: Record<Outcome, number> = { allow: 0, deny: 0, 'not-applicable': 0, indeterminate: 0 };
  readonly #deciders = new Map<string, number>();
  #allowed = 0;
  #decided = 0;
  #invalid = 0;

  get inquiries(): number {
    return this.#decided + this.#invalid;
  }

  get invalid(): number {
    return this.#invalid;
  }

  decided({ allowed, outcome, deciders }: Decision): void {
    this.#decided++;
    if (allowed) this.#allowed++;
    this.#outcomes[outcome]++;
    for (const uid of deciders) this.#deciders.set(uid, (this.#deciders.get(uid) ?? 0) + 1);
  }

  refused(): void {
    this.#invalid++;
  }

  summary(durationMs: number): BatchSummary {
    const deciders = Array.from(this.#deciders, ([uid, count]) => ({ uid, count }));
    return {
      inquiries: this.inquiries,
      allowed: this.#allowed,
      denied: this.#decided - this.#allowed,
      invalid: this.#invalid,
      outcomes: { ...this.#outcomes },
      deciders: deciders.toSorted((a, b) => b.count - a.count),
      durationMs,
    };
  }
}

const MOST_DECIDERS = 20;

/** A summary for people. */
export function summaryLines(summary: BatchSummary, colours: Colours): readonly string[] {
  const { inquiries, allowed, denied, invalid, outcomes, durationMs } = summary;
  const row = (label: string, count: number): string =>
    `  ${label.padEnd(24)}${number(count).padStart(12)}${colours.dim(share(count, inquiries).padStart(9))}`;
  const reason = (label: string, count: number): readonly string[] =>
    count === 0 ? [] : [colours.dim(row(`  ${label}`, count))];
  return [
    colours.bold(`${number(inquiries)} ${inquiries === 1 ? 'inquiry' : 'inquiries'} in ${duration(durationMs)}`) +
      colours.dim(rate(inquiries, durationMs)),
    row(colours.green('allowed'.padEnd(24)), allowed),
    row(colours.red('denied'.padEnd(24)), denied),
    ...reason('by a deny policy', outcomes.deny),
    ...reason('no policy applies', outcomes['not-applicable']),
    ...reason('a policy failed', outcomes.indeterminate),
    ...(invalid === 0 ? [] : [row(colours.yellow('not readable'.padEnd(24)), invalid)]),
    ...deciderLines(summary, colours),
  ];
}

function deciderLines({ deciders }: BatchSummary, colours: Colours): readonly string[] {
  if (deciders.length === 0) return [];
  const shown = deciders.slice(0, MOST_DECIDERS);
  const width = Math.min(60, Math.max(...shown.map(({ uid }) => quote(uid).length)));
  const more = deciders.length - shown.length;
  return [
    colours.bold('decided by'),
    ...shown.map(({ uid, count }) => `  ${quote(uid).padEnd(width)} ${number(count).padStart(12)}`),
    ...(more > 0 ? [colours.dim(`  and ${number(more)} more policies`)] : []),
  ];
}

function share(count: number, of: number): string {
  return of === 0 ? '–' : `${((100 * count) / of).toFixed(1)} %`;
}

function rate(count: number, durationMs: number): string {
  return count === 0 || durationMs <= 0 ? '' : `  ${number(Math.round((1000 * count) / durationMs))} a second`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
