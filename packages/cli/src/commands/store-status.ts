import { printable } from 'cardea';
import type { MigrationStatus } from 'cardea/storage/migration';
import { Command } from 'commander';
import { checkerOption, functionsOption } from '../checker-option.ts';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { countStore, type StoreCounts } from '../store/count-store.ts';
import { loadReading, type ReadingFlags, requireStore, type StoreFlags, storeOption } from '../store/store-options.ts';
import { withDatabase } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';

interface StatusFlags extends StoreFlags, ReadingFlags {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea store status`: what is in a store. */
export function storeStatusCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('status')
    .description('tell what is in a store: version, revision, policies, links')
    .addOption(storeOption())
    .addOption(checkerOption())
    .addOption(functionsOption())
    .option('--quick', 'count nothing: counting reads the whole store')
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await status(terminal, self.optsWithGlobals<StatusFlags>()));
    });
}

const HELP = `
Changes nothing. "residual" counts the policies that every inquiry has to look at; cardea lint
--store names them.
Exit code: 0 a store that can be used, 1 one that has to be migrated first, or none, 2 error.

Examples:
  cardea store status --store policies.db
  cardea store status --store policies.db --json | jq .revision`;

async function status(terminal: Terminal, flags: StatusFlags): Promise<number> {
  const address = requireStore(terminal, flags);
  const reading = await loadReading(terminal, flags);
  const found = await withDatabase(terminal, address, 'read', async (database) => {
    const migration = await database.migrator().status();
    if (migration.state !== 'current') return { migration };
    const storage = database.storage(reading);
    try {
      const revision = await storage.revision();
      return { migration, revision, ...(flags.quick === true ? {} : await countStore(storage, reading.keyer)) };
    } finally {
      await storage.close();
    }
  });
  const { migration, ...content } = found;
  const { state, version, latest } = migration;
  const { kind, label: store } = address;
  if (flags.json === true) await writeJson(terminal, { store, kind, state, version, latest, ...content });
  else await writeLines(terminal, statusLines({ store, kind, ...found }, coloursFor(terminal, terminal.stdout, flags)));
  return state === 'current' ? EXIT.ok : EXIT.no;
}

interface Found extends Partial<StoreCounts> {
  readonly store: string;
  readonly kind: string;
  readonly migration: MigrationStatus;
  readonly revision?: number;
}

function statusLines(found: Found, colours: Colours): readonly string[] {
  const { store, kind, migration, revision, policies, templates, links, residual } = found;
  const row = (label: string, value: string | number | undefined): readonly string[] =>
    value === undefined
      ? []
      : [`${label.padEnd(10)} ${typeof value === 'number' ? value.toLocaleString('en-US') : printable(value)}`];
  return [
    ...row('store', store),
    ...row('kind', kind),
    ...row('version', versionText(migration)),
    ...row('revision', revision),
    ...row('policies', policies),
    ...row('templates', templates),
    ...row('links', links),
    ...row('residual', residual),
  ].map((line, at) => (at === 0 ? colours.bold(line) : line));
}

/** The version of a store, and what is to be done about it. */
export function versionText({ state, version, latest }: MigrationStatus): string {
  if (state === 'current') return `${version}`;
  if (state === 'newer') return `${version}, and ${latest} is the last that is known: use a later cardea`;
  if (state === 'migrating') return `${version} of ${latest}, being migrated`;
  if (state === 'interrupted') return `${version} of ${latest}, interrupted: run cardea store migrate up`;
  return version === 0 ? 'none: run cardea store init' : `${version} of ${latest}: run cardea store migrate up`;
}
