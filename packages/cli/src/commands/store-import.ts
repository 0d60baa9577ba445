import { Command } from 'commander';
import { checkerOption, functionsOption } from '../checker-option.ts';
import { EXIT } from '../exit-code.ts';
import { loadPolicies } from '../load-policies.ts';
import type { Finish } from '../program.ts';
import { addImportOptions, importOptions, type ImportFlags, tellImport } from '../store/import-options.ts';
import { importIntoStore } from '../store/import-into-store.ts';
import { loadReading, type ReadingFlags, requireStore } from '../store/store-options.ts';
import { withStore } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';

/** `cardea store import`: documents into a store. */
export function storeImportCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('import')
    .description('bring documents of policies into a store')
    .argument('<path...>', 'documents of policies, directories of them, or - for stdin');
  return addImportOptions(command)
    .addOption(checkerOption())
    .addOption(functionsOption())
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], _options: unknown, self: Command) => {
      finish(await importPaths(terminal, paths, self.optsWithGlobals<ImportFlags & ReadingFlags>()));
    });
}

const HELP = `
All of it is one change: everybody sees the policies before or those after, and where anything
is wrong nothing is changed. A policy that is there already must be the same, unless --update or
--replace says otherwise. --batch is for filling a store that nobody decides over yet.
Exit code: 0 done, 2 error.

Examples:
  cardea store import policies --store policies.db
  cardea store import policies --store policies.db --replace --dry-run
  cardea store export -o - | sed s/max/maria/g | cardea store import - --update --if-revision 7`;

async function importPaths(
  terminal: Terminal,
  paths: readonly string[],
  flags: ImportFlags & ReadingFlags,
): Promise<number> {
  const address = requireStore(terminal, flags);
  const options = importOptions(terminal, flags);
  const reading = await loadReading(terminal, flags);
  const document = await loadPolicies(terminal, paths, reading.parse);
  const positionOf = (uid: string): object => document.positions.get(uid) ?? {};
  const use = options.dryRun ? 'read' : 'write';
  try {
    const result = await withStore(terminal, address, { use, reading }, (storage) =>
      importIntoStore(storage, document, { ...options, positionOf }),
    );
    await tellImport(terminal, address, result, flags);
    return EXIT.ok;
  } finally {
    options.stop();
  }
}
