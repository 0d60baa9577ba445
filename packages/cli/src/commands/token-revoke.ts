import { quote } from 'cardea';
import { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { loadServer } from '../serve/load-server.ts';
import type { Terminal } from '../terminal.ts';
import { KEY_FILE_OPTION, KeyFile, type KeyFileFlags, requireRecord } from '../token/key-file.ts';

interface RevokeFlags extends KeyFileFlags {
  readonly json?: boolean;
}

/** `cardea token revoke`: takes a key away. */
export function tokenRevokeCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('revoke')
    .description('take a key away, now')
    .argument('<id>', 'of the key')
    .option('--api-keys <file>', KEY_FILE_OPTION)
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (id: string, _options: unknown, self: Command) => {
      const flags = self.optsWithGlobals<RevokeFlags>();
      const file = new KeyFile(terminal, flags, await loadServer());
      await file.change(async (records) => {
        const revoked = requireRecord(records, id);
        return records.filter((record) => record !== revoked);
      });
      if (flags.json === true) await writeJson(terminal, { revoked: id });
      else await writeLines(terminal, [`key ${quote(id)} is gone`]);
      finish(EXIT.ok);
    });
}

const HELP = `
A running server reads the file again by itself, within two of its looks (reload.everyMs).
Exit code: 0 done, 2 error.

Examples:
  cardea token revoke gateway
  cardea token revoke gateway --api-keys keys.json`;
