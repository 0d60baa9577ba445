import type { Case } from './verdict.ts';

interface Counts {
  agreed: number;
  differed: number;
  failed: number;
}

const SHOWN = 5;

/** Counts the cases of one file. */
export class Tally {
  readonly quirks = new Map<string, number>();
  readonly #all: Counts = { agreed: 0, differed: 0, failed: 0 };
  readonly #tags = new Map<string, Counts>();
  readonly #failures: string[] = [];

  /** Cases that agreed, or differ on purpose. */
  get passed(): number {
    return this.#all.agreed + this.#all.differed;
  }

  get failed(): number {
    return this.#all.failed;
  }

  /** Cases that differ on purpose. */
  get excused(): number {
    return this.#all.differed;
  }

  get cases(): number {
    return this.passed + this.failed;
  }

  add({ name, tags, verdict }: Case): void {
    const member = verdict.kind === 'agrees' ? 'agreed' : verdict.kind === 'quirk' ? 'differed' : 'failed';
    this.#all[member]++;
    for (const tag of tags) this.#countsOf(tag)[member]++;
    if (verdict.kind === 'quirk') this.quirks.set(verdict.quirk, (this.quirks.get(verdict.quirk) ?? 0) + 1);
    if (verdict.kind === 'fails' && this.#failures.length < SHOWN) this.#failures.push(`  ${name}: ${verdict.message}`);
  }

  /** The counts as lines: the file, its quirks, its tags, its first failures. */
  report(title: string): readonly string[] {
    const share = this.cases === 0 ? 0 : (100 * this.excused) / this.cases;
    const quirks = [...this.quirks].sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)));
    return [
      `${title}: ${phrase(this.#all)} (${share.toFixed(2)} % on purpose)`,
      ...quirks.map(([quirk, count]) => `  ${quirk}: ${count}`),
      ...[...this.#tags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([tag, counts]) => `  ${tag}: ${phrase(counts)}`),
      ...this.#failures,
    ];
  }

  #countsOf(tag: string): Counts {
    const counts = this.#tags.get(tag) ?? { agreed: 0, differed: 0, failed: 0 };
    this.#tags.set(tag, counts);
    return counts;
  }
}

function phrase({ agreed, differed, failed }: Counts): string {
  return `${agreed} agree, ${differed} differ on purpose, ${failed} fail`;
}
