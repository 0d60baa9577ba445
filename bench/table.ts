import type { Row } from './row.ts';
import { formatCount, formatNs } from './units.ts';

/** One column of the table. */
export interface Column {
  readonly name: string;
  readonly cell: (row: Row, rows: readonly Row[]) => string;
}

/** What the screen and the documentation show of each row. */
export const COLUMNS: readonly Column[] = [
  { name: 'n', cell: ({ n }) => formatCount(n) },
  { name: 'library', cell: ({ subject }) => subject },
  { name: 'variant', cell: ({ variant }) => variant },
  { name: 'p50', cell: ({ p50Ns }) => formatNs(p50Ns) },
  { name: 'p99', cell: ({ p99Ns }) => formatNs(p99Ns) },
  { name: 'p50 CPU', cell: ({ cpuP50Ns }) => formatNs(cpuP50Ns) },
  { name: 'ratio', cell: ratio },
  { name: 'p99 of batches', cell: ({ batchP99Ns }) => formatNs(batchP99Ns) },
  { name: 'worst', cell: ({ worstNs }) => formatNs(worstNs) },
  { name: 'first', cell: ({ coldNs }) => formatNs(coldNs) },
  {
    name: 'GC',
    cell: ({ gcMs, longestGcMs }) => (gcMs === null ? '' : `${gcMs.toFixed(0)} / ${longestGcMs?.toFixed(1)} ms`),
  },
  { name: 'B each', cell: ({ bytesPerItem }) => (bytesPerItem === null ? '' : bytesPerItem.toFixed(1)) },
  { name: 'loaded/s', cell: ({ itemsPerSecond }) => formatCount(itemsPerSecond) },
  // Files of earlier runs do not have it.
  { name: 'requests/s', cell: ({ requestsPerSecond }) => formatCount(requestsPerSecond ?? null) },
  { name: 'apply', cell: ({ matchedPercent }) => (matchedPercent === null ? '' : `${formatCount(matchedPercent)} %`) },
  { name: 'agreed', cell: ({ agreed, sample }) => (agreed === null ? '' : `${agreed ? 'yes' : 'NO'} (${sample})`) },
  { name: 'note', cell: ({ note }) => note },
];

/** The rows as a table of text. */
export function formatTable(rows: readonly Row[]): string {
  const columns = [{ name: '', cell: ({ workload }: Row) => workload }, ...COLUMNS];
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ cell }) => cell(row, rows)))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => (line[at] as string).length)));
  return lines
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How many times the time of Cardea's engine, or enforcer, a peer takes for the same. */
function ratio(row: Row, rows: readonly Row[]): string {
  const times = timesOfCardea(row, rows);
  return OWN.includes(row.subject) || times === undefined ? '' : `${formatCount(times)}×`;
}

/** The same, as a number; undefined where one of the two figures is missing. */
export function timesOfCardea(row: Row, rows: readonly Row[]): number | undefined {
  const own = rows.find(
    (one) => isMeasure(one, row) && one.workload === row.workload && one.n === row.n && partOf(one) === partOf(row),
  );
  return row.p50Ns === null || own?.p50Ns == null ? undefined : row.p50Ns / own.p50Ns;
}

/** Whether the one row is what the other is compared with: the engine, or casbin's enforcer asked the same. */
function isMeasure({ subject, variant }: Row, other: Row): boolean {
  if (subject === '@cardea/casbin') return variant === other.variant || other.subject === 'FastEnforcer';
  return subject === 'cardea' && MEASURES.some((measure) => variant.endsWith(`: ${measure}`));
}

const MEASURES = ['engine.allows', 'guard.check on demand'];
const OWN = ['cardea', '@cardea/casbin'];

/** The part of the workload that a row is about: `sparse`. */
export function partOf({ variant }: Row): string {
  return variant.split(': ')[0] as string;
}
