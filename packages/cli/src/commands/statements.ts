import { Command } from 'commander';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { statementsCheckCommand } from './statements-check.ts';
import { statementsFilterCommand } from './statements-filter.ts';
import { statementsImportCommand } from './statements-import.ts';

/** `cardea statements`: JSON statements on users, groups and roles. */
export function statementsCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('statements')
    .description('decide over JSON statements on users, groups and roles, or make policies of them')
    .addCommand(statementsCheckCommand(terminal, finish))
    .addCommand(statementsFilterCommand(terminal, finish))
    .addCommand(statementsImportCommand(terminal, finish));
}
