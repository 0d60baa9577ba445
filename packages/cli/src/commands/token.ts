import { Command } from 'commander';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { tokenCreateCommand } from './token-create.ts';
import { tokenListCommand } from './token-list.ts';
import { tokenRevokeCommand } from './token-revoke.ts';
import { tokenRotateCommand } from './token-rotate.ts';

/** `cardea token`: the API keys of the callers of `cardea serve`. */
export function tokenCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('token')
    .description('make, replace, list and take away API keys')
    .addHelpText('after', HELP);
  const commands = [tokenCreateCommand, tokenRotateCommand, tokenListCommand, tokenRevokeCommand];
  for (const create of commands) command.addCommand(create(terminal, finish));
  return command;
}

const HELP = `
Needs the package @cardea/server. Keys are in a file, by their SHA-256: who reads it can ask
nothing with it.

Examples:
  cardea token create gateway --roles decider --expires 90d
  cardea serve -p policies --api-keys keys.json`;
