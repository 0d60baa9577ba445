import { printable } from 'cardea';
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { clientCommand } from './commands/client.ts';
import { completionCommand } from './commands/completion.ts';
import { explainCommand } from './commands/explain.ts';
import { fmtCommand } from './commands/fmt.ts';
import { importCommand } from './commands/import.ts';
import { lintCommand } from './commands/lint.ts';
import { serveCommand } from './commands/serve.ts';
import { schemaCommand } from './commands/schema.ts';
import { storeCommand } from './commands/store.ts';
import { descendants } from './descendants.ts';
import { verifyCommand } from './commands/verify.ts';
import { statementsCommand } from './commands/statements.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Takes the exit code of a command that ran to its end, which of one that runs until it is interrupted is just that. */
export type Finish = (exitCode: number, end?: 'when interrupted') => void;

/**
 * The whole command line. Parsing throws what is wrong: a `CommanderError` that has already told its reason, or
 * the error of a command.
 */
export function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('cardea')
    .description('Authorization with policies that are data: decide, explain, check and convert them.')
    .version(VERSION)
    .option('--no-color', 'no colours; the variables NO_COLOR and FORCE_COLOR count too')
    .addHelpText('after', HELP);
  const commands = [
    checkCommand,
    explainCommand,
    lintCommand,
    verifyCommand,
    fmtCommand,
    importCommand,
    storeCommand,
    statementsCommand,
    serveCommand,
    clientCommand,
    schemaCommand,
    completionCommand,
  ];
  for (const create of commands) program.addCommand(create(terminal, finish));
  for (const command of [program, ...descendants(program)]) configure(command, terminal);
  return program;
}

const HELP = `
Examples:
  cardea check -p policies -i '{"subject":"max","action":"get","resource":"book"}'
  cardea explain -p policies -i inquiry.json
  cardea lint policies
  cardea store import policies --store policies.db
  cardea serve -p policies
  cardea <command> --help`;

const WIDTH = 100;

function configure(command: Command, { stdout, stderr }: Terminal): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // Where a command lacks its subcommand, the whole help would bury the reason.
      writeErr: (text) => void (text.startsWith('Usage:') && stderr.write(`${missingCommand(command)}\n`)),
      getOutHelpWidth: () => Math.min(WIDTH, stdout.columns ?? WIDTH),
      getErrHelpWidth: () => Math.min(WIDTH, stderr.columns ?? WIDTH),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text) => void stderr.write(`cardea: ${usageLine(text)}\n`),
    });
}

/** A message of the parser in our form: one line, lower case, input in backticks, no final period. */
function usageLine(text: string): string {
  const [first = '', ...rest] = text
    .replace(/^error: /, '')
    .trim()
    .split(/\n(?=\()/);
  const message = first
    .replace(/'([^']*)'/g, '`$1`')
    .replace(/\.$/, '')
    .replace(/\. ([A-Z])/g, (_, letter: string) => `; ${letter.toLowerCase()}`);
  const hints = rest.map((hint) => hint.replace('(Did', '(did'));
  return printable([message, ...hints].join(' ')) + ' [CARDEA_INVALID_ARGUMENT]';
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function missingCommand(command: Command): string {
  return `cardea: ${usageLine(`name a command; '${nameOf(command)} --help' lists them`)}`;
}
