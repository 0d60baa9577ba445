import { appendFile, readFile } from 'node:fs/promises';
import type { Revision } from 'cardea';
import type { HistoryEntry, PolicyHistory } from '../administration/history.ts';
import { type Kept, pageOf } from '../administration/memory-history.ts';

/** A line of the file: what was begun, or what became of it. */
type Line =
  | { readonly batch: string; readonly begun: readonly HistoryEntry[] }
  | { readonly batch: string; readonly done: Revision | null };

/**
 * A history in a file of this process alone, to which lines of JSON are only ever added.
 *
 * @example
 * ```ts
 * await createServer({ guard, policies, authenticators, history: fileHistory('history.ndjson') });
 * ```
 */
export function fileHistory(path: string): PolicyHistory {
  const add = (line: Line): Promise<void> =>
    appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  return {
    async begin({ changes, ...rest }) {
      const batch = crypto.randomUUID();
      await add({ batch, begun: changes.map((change) => ({ ...rest, ...change })) });
      return {
        done: (revision) => add({ batch, done: revision }),
        undone: () => add({ batch, done: null }),
      };
    },
    page: async (query) => pageOf(keptOf(await linesOf(path)), query),
  };
}

async function linesOf(path: string): Promise<readonly Line[]> {
  try {
    const text = await readFile(path, 'utf8');
    // What stands behind the last line break was cut off while it was written, and nothing was done of it.
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function keptOf(lines: readonly Line[]): readonly Kept[] {
  const outcomes = new Map(lines.flatMap((line) => ('done' in line ? [[line.batch, line.done] as const] : [])));
  const entries = lines.flatMap((line): readonly HistoryEntry[] => {
    if ('done' in line || outcomes.get(line.batch) === null) return [];
    const revision = outcomes.get(line.batch);
    return revision === undefined || revision === null
      ? line.begun
      : line.begun.map((entry) => ({ ...entry, revision }));
  });
  return entries.map((entry, at) => ({ number: at + 1, entry }));
}
