import { Command } from 'commander';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { importCasbinCommand } from './import-casbin.ts';
import { importVaktCommand } from './import-vakt.ts';

/** `cardea import`: policies of other systems. */
export function importCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('import')
    .description('make policies of what another system stored')
    .addCommand(importVaktCommand(terminal, finish))
    .addCommand(importCasbinCommand(terminal, finish));
}
