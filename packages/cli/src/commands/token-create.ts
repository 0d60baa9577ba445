import type { Role } from '@cardea/server';
import { quote } from 'cardea';
import { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import type { Finish } from '../program.ts';
import { usageError } from '../report-error.ts';
import { loadServer } from '../serve/load-server.ts';
import type { Terminal } from '../terminal.ts';
import { KEY_FILE_OPTION, KeyFile, type KeyFileFlags } from '../token/key-file.ts';
import { endText, type KeyEnd, parseEnd } from '../token/key-times.ts';
import { type MadeKey, tellKey } from '../token/tell-key.ts';

interface CreateFlags extends KeyFileFlags {
  readonly roles: readonly string[];
  readonly caller?: string;
  readonly expires?: KeyEnd;
  readonly json?: boolean;
}

/** `cardea token create`: a key for a caller. */
export function tokenCreateCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('create')
    .description('make a key, and show it once')
    .argument('<id>', 'of small letters, digits and -; a part of the key')
    .requiredOption('--roles <roles...>', 'what the caller is trusted with: decider, editor, auditor, admin')
    .option('--caller <name>', 'who asks with it; the id when absent')
    .option('--expires <when>', 'a date-time, or a span such as 90d; never when absent', parseEnd)
    .option('--api-keys <file>', KEY_FILE_OPTION)
    .option('--json', 'tell the key in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (id: string, _options: unknown, self: Command) => {
      const flags = self.optsWithGlobals<CreateFlags>();
      await tellKey(terminal, await create(terminal, id, flags), flags);
      finish(EXIT.ok);
    });
}

const HELP = `
The key goes to the standard output and nowhere else: the file has its SHA-256.
Exit code: 0 done, 2 error.

Examples:
  cardea token create gateway --roles decider --expires 90d
  CARDEA_TOKEN=$(cardea token create ops --roles admin auditor --api-keys keys.json)`;

async function create(terminal: Terminal, id: string, flags: CreateFlags): Promise<MadeKey> {
  const server = await loadServer();
  const { caller, expires, roles } = flags;
  const { key, record } = await server.createApiKey({
    id,
    // The server says which there are.
    roles: roles.flatMap((names) => names.split(',')) as readonly string[] as readonly Role[],
    ...(caller !== undefined && { caller }),
    ...(expires !== undefined && { expires: endText(expires, terminal.clock.now()) }),
  });
  await new KeyFile(terminal, flags, server).change(async (records) => {
    if (records.some((each) => each.id === id))
      throw usageError(`there is a key ${quote(id)} already: \`cardea token rotate\` replaces it`);
    return [...records, record];
  });
  return { key, record, notes: [] };
}
