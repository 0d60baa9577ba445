import type { ServiceReport } from './manage.ts';
import { variableOf, withoutSecrets } from './server-url.ts';

/** A table with a line a server: where it is, without its password, or why there is none. */
export function formatReports(reports: readonly ServiceReport[]): string {
  const rows = reports.map(({ name, state, address, version = '', seconds }) =>
    'url' in address
      ? [name, state, `${seconds.toFixed(1)} s`, version, withoutSecrets(address.url)]
      : [name, state, `${seconds.toFixed(1)} s`, address.skipped],
  );
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => (row.length > 4 || column < 3 ? (row[column]?.length ?? 0) : 0))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Shell commands that name every server that there is, with its password. */
export function formatEnvironment(reports: readonly ServiceReport[]): string {
  return reports
    .flatMap(({ name, address }) => ('url' in address ? [`export ${variableOf(name)}='${address.url}'`] : []))
    .join('\n');
}
