import { quote } from 'cardea';
import { Command } from 'commander';
import { coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { requireStore, type StoreFlags, storeOption } from '../store/store-options.ts';
import { withDatabase } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';

interface InitFlags extends StoreFlags {
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea store init`: an empty store. */
export function storeInitCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('init')
    .description('make an empty store, or bring one that is there to the latest version')
    .addOption(storeOption())
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await init(terminal, self.optsWithGlobals<InitFlags>()));
    });
}

const HELP = `
What is stored already stays.
Exit code: 0 there is a store now, 2 error.

Examples:
  cardea store init --store policies.db
  CARDEA_STORE=postgres://ann:secret@db/policies cardea store init`;

async function init(terminal: Terminal, flags: InitFlags): Promise<number> {
  const address = requireStore(terminal, flags);
  const { before, version } = await withDatabase(terminal, address, 'write', async (database) => {
    const migrator = database.migrator();
    const { version: before } = await migrator.status();
    return { before, version: (await migrator.up()).version };
  });
  const { kind, label: store } = address;
  const created = before === 0;
  const { bold, green } = coloursFor(terminal, terminal.stdout, flags);
  const done = created ? 'made' : before < version ? `migrated from version ${before}` : 'there already';
  if (flags.json === true) await writeJson(terminal, { store, kind, created, version });
  else await writeLines(terminal, [`${green('✓')} store ${bold(quote(store))} ${done}: ${kind}, version ${version}`]);
  return EXIT.ok;
}
