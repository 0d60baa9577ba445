import { Argument, Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion-scripts.ts';
import { EXIT } from '../exit-code.ts';
import { writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';

/** `cardea completion`: a script that teaches a shell the commands and options. */
export function completionCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', HELP)
    .action(async (shell: Shell, _options: unknown, self: Command) => {
      await writeText(terminal, terminal.stdout, completionScript(self.parent ?? self, shell));
      finish(EXIT.ok);
    });
}

const HELP = `
Examples:
  eval "$(cardea completion bash)"        # in ~/.bashrc
  eval "$(cardea completion zsh)"         # in ~/.zshrc, after compinit
  cardea completion fish | source         # in ~/.config/fish/config.fish`;
