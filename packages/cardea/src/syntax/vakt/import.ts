import type { Policy } from '../../model/policy.ts';
import type { VaktSource } from '../../ports/vakt-database.ts';
import type { VaktImportOptions } from './import-options.ts';
import type { StoredVaktPolicy, VaktReport } from './import-report.ts';
import { importSource, startImport } from './import-source.ts';

/** What was imported, and what there is to know about it. */
export interface VaktImport {
  readonly policies: readonly Policy[];
  /** Every policy that vakt itself would read, as vakt sees it: to compare with what was imported. */
  readonly stored: readonly StoredVaktPolicy[];
  readonly report: VaktReport;
}

/**
 * Reads what vakt stored and turns it into policies that decide the same under the default checker. Nothing is
 * ever instantiated or run; nothing throws on what the source holds.
 *
 * @example
 * ```ts
 * const { policies, report } = importVakt({ documents: await collection.find().toArray() }, { checker: 'regex' });
 * for (const { uid, message } of report.refused) console.error(uid, message);
 * const guard = new Guard(storage, { functions: vaktFunctions });
 * ```
 */
export function importVakt(source: VaktSource, options: VaktImportOptions): VaktImport {
  const importing = startImport(options);
  importSource(source, importing);
  const { read, accepted, stored, changed, refused } = importing;
  return { policies: accepted.map(({ policy }) => policy), stored, report: { read, changed, refused } };
}
