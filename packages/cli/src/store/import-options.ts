import { quote } from 'cardea';
import type { ImportCounts } from 'cardea/document';
import type { Command } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { parseCount, parsePositive } from '../option-values.ts';
import { writeJson, writeLines } from '../output.ts';
import { countingBar, type Progress } from '../progress.ts';
import { usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import type { ImportOptions, ImportResult } from './import-into-store.ts';
import { type StoreFlags, storeOption } from './store-options.ts';
import type { StoreAddress } from './store-url.ts';

/** How policies come into a store. */
export interface ImportFlags extends StoreFlags {
  readonly update?: boolean;
  readonly replace?: boolean;
  readonly ifRevision?: number;
  readonly batch?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Adds the options that say what an import may change. */
export function addImportOptions(command: Command): Command {
  return command
    .addOption(storeOption())
    .option('--update', 'replace policies that are there already')
    .option('--replace', 'delete what is not imported, too: the store then has just the imported policies')
    .option('--if-revision <number>', 'change nothing unless the store is at this revision', parseCount)
    .option('--batch <count>', 'make so many changes at a time, instead of all or nothing', parsePositive)
    .option('--dry-run', 'change nothing; tell what would be changed')
    .option('--json', 'report in JSON, for programs');
}

/**
 * The options of an import; `stop` takes the progress bar away.
 *
 * @throws CARDEA_INVALID_ARGUMENT when some exclude each other
 */
export function importOptions(
  terminal: Terminal,
  flags: ImportFlags,
): Omit<ImportOptions, 'positionOf'> & { readonly stop: () => void } {
  const { update, replace, ifRevision, batch, dryRun = false } = flags;
  if (update === true && replace === true) throw usageError('--update and --replace exclude each other');
  // Between two batches denials would be missing.
  if (replace === true && batch !== undefined) throw usageError('--replace and --batch exclude each other');
  let bar: Progress | undefined;
  return {
    mode: replace === true ? 'replace' : update === true ? 'update' : 'add',
    ifRevision,
    batch,
    dryRun,
    onProgress: (done, total) => {
      terminal.signal.throwIfAborted();
      bar ??= countingBar(terminal, { total, things: 'changes' }, flags);
      bar.update(done);
    },
    stop: () => bar?.stop(),
  };
}

/** Tells what an import changed. */
export async function tellImport(
  terminal: Terminal,
  { label: store }: StoreAddress,
  { revision, counts }: ImportResult,
  flags: ImportFlags,
): Promise<void> {
  const dryRun = flags.dryRun === true;
  if (flags.json === true) return writeJson(terminal, { store, revision, ...counts, dryRun });
  const lines = importLines(counts, coloursFor(terminal, terminal.stdout, flags));
  const where = dryRun ? 'would change, at' : 'is now at';
  await writeLines(terminal, [...lines, `store ${quote(store)} ${where} revision ${revision}`]);
}

function importLines(counts: ImportCounts, colours: Colours): readonly string[] {
  const { unchanged, ...changes } = counts;
  const told = Object.entries(changes).filter(([, count]) => count > 0);
  const texts = told.map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`);
  const same = colours.dim(`${unchanged.toLocaleString('en-US')} unchanged`);
  return [[...texts, ...(unchanged > 0 || told.length === 0 ? [same] : [])].join(', ')];
}
