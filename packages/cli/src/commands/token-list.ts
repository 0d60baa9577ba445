import type { ApiKeyRecord } from '@cardea/server';
import { printable } from 'cardea';
import { Command } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { loadServer } from '../serve/load-server.ts';
import type { Terminal } from '../terminal.ts';
import { KEY_FILE_OPTION, KeyFile, type KeyFileFlags } from '../token/key-file.ts';

interface ListFlags extends KeyFileFlags {
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea token list`: the keys that there are, without the keys. */
export function tokenListCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('list')
    .description('tell which keys there are: whose they are, what for, and until when')
    .option('--api-keys <file>', KEY_FILE_OPTION)
    .option('--json', 'tell them in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      await list(terminal, self.optsWithGlobals<ListFlags>());
      finish(EXIT.ok);
    });
}

const HELP = `
Exit code: 0 done, 2 error.

Examples:
  cardea token list
  cardea token list --json | jq '.[] | select(.ended).id'`;

interface ListedKey extends Omit<ApiKeyRecord, 'sha256'> {
  readonly caller: string;
  readonly ended: boolean;
}

async function list(terminal: Terminal, flags: ListFlags): Promise<void> {
  const records = await new KeyFile(terminal, flags, await loadServer()).read();
  const now = terminal.clock.now();
  const listed = records.map(({ sha256: _digest, ...record }): ListedKey => {
    const { id, caller = id, expires } = record;
    return { ...record, caller, ended: expires !== undefined && Date.parse(expires) <= now };
  });
  if (flags.json === true) await writeJson(terminal, listed);
  else await writeLines(terminal, listLines(listed, coloursFor(terminal, terminal.stdout, flags)));
}

function listLines(keys: readonly ListedKey[], { dim, red }: Colours): readonly string[] {
  const rows = keys.map(({ id, caller, roles, expires = 'never' }) => [id, caller, roles.join(','), expires]);
  const head = ['id', 'caller', 'roles', 'ends'];
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => printable(row[at] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => printable(cell).padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    dim(line(head)),
    ...rows.map((row, at) => (keys[at]?.ended === true ? red(`${line(row)} (ended)`) : line(row))),
  ];
}
