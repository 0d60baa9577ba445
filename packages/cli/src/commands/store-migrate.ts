import { printable, quote } from 'cardea';
import type { MigrationStatus } from 'cardea/storage/migration';
import { Argument, Command } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { parseCount } from '../option-values.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { usageError } from '../report-error.ts';
import type { StoreMigrator } from '../store/store-database.ts';
import { requireStore, type StoreFlags, storeOption } from '../store/store-options.ts';
import type { StoreAddress } from '../store/store-url.ts';
import { withDatabase } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';

interface MigrateFlags extends StoreFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea store migrate`: versions of a store. */
export function storeMigrateCommand(terminal: Terminal, finish: Finish): Command {
  const run = (self: Command, work: Work): Promise<MigrationStatus> =>
    migrate(terminal, self.optsWithGlobals<MigrateFlags>(), work);
  const commands = [
    leaf('up', 'apply the migrations that are missing, up to a version')
      .addArgument(new Argument('[version]', 'the latest when absent').argParser(parseCount))
      .action(async (version: number | undefined, _options: unknown, self: Command) => {
        await run(self, (migrator) => migrator.up(version));
        finish(EXIT.ok);
      }),
    leaf('down', 'undo the migrations above a version; 0 deletes all policies')
      .addArgument(new Argument('<version>', 'where to stop').argParser(parseCount))
      .option('--yes', 'yes, although what the later versions stored is lost')
      .action(async (version: number, _options: unknown, self: Command) => {
        await run(self, (migrator, flags) => down(migrator, flags, version));
        finish(EXIT.ok);
      }),
    leaf('status', 'tell each migration, and whether it is applied').action(
      async (_options: unknown, self: Command) => {
        const { state } = await run(self, (migrator) => migrator.status());
        finish(state === 'current' ? EXIT.ok : EXIT.no);
      },
    ),
  ];
  const command = new Command('migrate').description('bring a store to a version').addHelpText('after', HELP);
  for (const each of commands) command.addCommand(each);
  return command;
}

const HELP = `
Examples:
  cardea store migrate status --store policies.db
  cardea store migrate up --store policies.db`;

type Work = (migrator: StoreMigrator, flags: MigrateFlags) => Promise<MigrationStatus>;

function leaf(name: 'up' | 'down' | 'status', description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(storeOption())
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', LEAF_HELP[name]);
}

const LEAF_HELP = {
  up: `
Exit code: 0 done, 2 error.

Examples:
  cardea store migrate up --store policies.db`,
  down: `
Exit code: 0 done, 2 error.

Examples:
  cardea store migrate down 1 --store policies.db --yes`,
  status: `
Changes nothing.
Exit code: 0 all applied, 1 not all, 2 error.

Examples:
  cardea store migrate status --store policies.db --json | jq '.steps[]'`,
};

async function down(migrator: StoreMigrator, { yes }: MigrateFlags, version: number): Promise<MigrationStatus> {
  const before = await migrator.status();
  const isUndoing = before.version > version || before.unfinished !== undefined;
  if (isUndoing && yes !== true) {
    const lost = version === 0 ? 'all policies and links are deleted' : `what later versions stored is lost`;
    throw usageError(`from version ${before.version} down to ${version} ${lost}: --yes if that is meant`);
  }
  return migrator.down(version);
}

async function migrate(terminal: Terminal, flags: MigrateFlags, work: Work): Promise<MigrationStatus> {
  const address = requireStore(terminal, flags);
  const status = await withDatabase(terminal, address, 'read', async (database) => work(database.migrator(), flags));
  if (flags.json === true) await writeJson(terminal, { store: address.label, kind: address.kind, ...status });
  else await writeLines(terminal, lines(address, status, coloursFor(terminal, terminal.stdout, flags)));
  return status;
}

function lines(
  { label }: StoreAddress,
  { state, version, latest, steps }: MigrationStatus,
  colours: Colours,
): readonly string[] {
  const mark = {
    applied: colours.green('✓'),
    pending: ' ',
    migrating: '…',
    interrupted: colours.red('!'),
    unknown: '?',
  };
  return [
    colours.bold(`store ${quote(label)} ${state}, version ${version} of ${latest}`),
    ...steps.map(
      (step) =>
        `${mark[step.state]} ${String(step.order).padStart(3)} ${step.state.padEnd(11)} ${printable(step.description)}`,
    ),
  ];
}
