import type { Command } from 'commander';

/** The commands below a command, of every depth. */
export function descendants(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...descendants(inner)]);
}
