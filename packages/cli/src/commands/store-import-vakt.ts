import { MemoryStorage, parsePolicy, type Policy } from 'cardea';
import { importVaktDatabase, type VaktChecker, type VaktDatabaseReport, type VaktNote } from 'cardea/vakt';
import { Command } from 'commander';
import { coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { VAKT } from '../load-functions.ts';
import { writeJson } from '../output.ts';
import type { Finish } from '../program.ts';
import { addImportOptions, type ImportFlags, importOptions, tellImport } from '../store/import-options.ts';
import { importIntoStore, type ImportResult } from '../store/import-into-store.ts';
import { collect } from '../store/collect.ts';
import { loadReading, requireStore } from '../store/store-options.ts';
import { parseStoreUrl, type StoreAddress } from '../store/store-url.ts';
import { withDatabase, withStore } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';
import { requireVaktChecker, vaktCheckerOption } from '../vakt-checker.ts';
import { lostPolicies, vaktNoteLine } from '../vakt-report.ts';

interface ImportVaktFlags extends ImportFlags {
  readonly checker?: VaktChecker;
  readonly collection?: string;
  readonly opaque?: boolean;
  readonly partial?: boolean;
}

/** `cardea store import-vakt`: a live database of vakt into a store. */
export function storeImportVaktCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('import-vakt')
    .description('bring the policies of a live database of the Python library vakt into a store')
    .argument('<url>', 'the database of vakt: an SQLite file, or a URL')
    .addOption(vaktCheckerOption())
    .option('--collection <name>', 'the collection of MongoDB or the hash of Redis; vakt_policies when absent')
    .option('--opaque', 'import what has no equal here as an error in that place, which never allows')
    .option('--partial', 'import the other policies although some were refused');
  return addImportOptions(command)
    .addHelpText('after', HELP)
    .action(async (url: string, _options: unknown, self: Command) => {
      finish(await importVakt(terminal, url, self.optsWithGlobals<ImportVaktFlags>()));
    });
}

const HELP = `
The database of vakt is only read. Where a policy is refused nothing is changed, unless --partial
says otherwise: a denial that is left out would let somebody in. Decide over the store with
--functions vakt; in a program, with the functions of cardea/vakt.
Exit code: 0 all imported, 1 some were refused, 2 error.

Examples:
  cardea store import-vakt mongodb://127.0.0.1/vakt --checker regex --store policies.db
  cardea store import-vakt vakt.sqlite --checker rules --store policies.db --dry-run`;

/** What was read, as it is to be stored. */
interface Read {
  readonly report: VaktDatabaseReport;
  readonly policies: readonly Policy[];
  /** Those of the report, and uids that occur twice. */
  readonly refused: readonly VaktNote[];
}

async function importVakt(terminal: Terminal, url: string, flags: ImportVaktFlags): Promise<number> {
  const checker = requireVaktChecker(flags);
  const address = requireStore(terminal, flags);
  const source = parseStoreUrl(terminal.reveal(url), terminal.cwd);
  const options = importOptions(terminal, flags);
  const reading = await loadReading(terminal, { checker: 'default', functions: [VAKT] });
  const memory = new MemoryStorage([], { parse: (policy) => parsePolicy(policy, reading.parse) });
  const report = await withDatabase(terminal, source, 'read', (database) =>
    importVaktDatabase(database.vakt(flags.collection), memory, {
      checker,
      onUnsupported: flags.opaque === true ? 'opaque' : 'refuse',
      onProgress: () => terminal.signal.throwIfAborted(),
    }),
  );
  const twice = report.existing.filter(({ same }) => !same);
  const refused = [
    ...report.refused,
    ...twice.map(({ index, uid }) => ({ index, uid, path: ['uid'], message: 'another policy has this uid, too' })),
  ];
  const read = { report, policies: await collect(memory.retrieveAll(1000)), refused };
  const isWhole = lostPolicies(read, flags).length === 0;
  try {
    const use = options.dryRun ? 'read' : 'write';
    const result =
      isWhole || flags.partial === true
        ? await withStore(terminal, address, { use, reading }, (storage) =>
            importIntoStore(storage, { policies: read.policies, links: [] }, { ...options, positionOf: () => ({}) }),
          )
        : undefined;
    options.stop();
    await tell(terminal, { source, address, read, result }, flags);
  } finally {
    options.stop();
  }
  return isWhole ? EXIT.ok : EXIT.no;
}

interface Outcome {
  readonly source: StoreAddress;
  readonly address: StoreAddress;
  readonly read: Read;
  readonly result: ImportResult | undefined;
}

async function tell(
  terminal: Terminal,
  { source, address, read, result }: Outcome,
  flags: ImportVaktFlags,
): Promise<void> {
  const { report, refused, policies } = read;
  const { version = null, changed } = report;
  if (flags.json === true) {
    const { revision = null, counts = {} } = result ?? {};
    const told = {
      read: report.read,
      imported: policies.length,
      written: result !== undefined && flags.dryRun !== true,
    };
    const from = { source: source.label, vakt: version };
    return writeJson(terminal, { ...from, store: address.label, revision, ...told, ...counts, changed, refused });
  }
  const { stderr } = terminal;
  const colours = coloursFor(terminal, stderr, flags);
  const line = (note: VaktNote): string => vaktNoteLine({ file: source.label, at: note.index }, note);
  const refusal = flags.opaque === true ? 'no equal' : 'refused';
  const counts = `${report.read} read, ${policies.length} imported, ${changed.length} notes on changes, ${refused.length} ${refusal}`;
  const lines = [
    ...changed.map((note) => `${colours.yellow('changed')}  ${line(note)}`),
    ...refused.map((note) => `${colours.red(refusal)}  ${line(note)}`),
    colours.bold(counts),
    ...(result === undefined ? [colours.red(NOTHING)] : []),
  ];
  stderr.write(lines.map((each) => `${each}\n`).join(''));
  if (result !== undefined) await tellImport(terminal, address, result, flags);
}

const NOTHING = 'nothing changed: --opaque imports them as errors that never allow, --partial leaves them out';
