import { Command } from 'commander';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { clientCheckCommand } from './client-check.ts';
import { clientSearchCommand } from './client-search.ts';
import { clientWatchCommand } from './client-watch.ts';

/** `cardea client`: asks a decision point over HTTP. */
export function clientCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('client').description('ask a decision point over HTTP').addHelpText('after', HELP);
  for (const create of [clientCheckCommand, clientSearchCommand, clientWatchCommand])
    command.addCommand(create(terminal, finish));
  return command;
}

const HELP = `
Other users of the machine see command lines: the key or token of the caller stands in the variable
CARDEA_TOKEN. The variable CARDEA_URL counts where there is no --url.

Examples:
  cardea client check --url https://pdp.example.com --subject user:alice --action read --resource book:a
  cardea client search resource --subject user:alice --action read --resource book
  cardea client watch`;
