import { printable, quote } from 'cardea';
import type { StatementAnswer, StatementDecider } from 'cardea/statements';
import { Command } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { readObject } from '../read-object.ts';
import { STDIN } from '../read-input.ts';
import { usageError } from '../report-error.ts';
import { openDirectory, type RequestFlags, requestOptions, requireRequest } from '../statement-files.ts';
import type { Terminal } from '../terminal.ts';

interface CheckFlags extends RequestFlags {
  readonly object?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea statements check`: decides one request over a directory. */
export function statementsCheckCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('check')
    .description('decide: may this user do this on this object, and which statements say so?')
    .argument('<directory>', 'users, groups and roles with their statements, in JSON; - for stdin');
  for (const option of requestOptions()) command.addOption(option);
  return command
    .option('-o, --object <object>', 'a file in JSON, - for stdin, or the JSON itself')
    .option('--json', 'answer in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (directory: string, _options: unknown, self: Command) => {
      finish(await check(terminal, directory, self.optsWithGlobals<CheckFlags>()));
    });
}

const HELP = `
Exit code: 0 allowed, 1 denied, 2 error.

Examples:
  cardea statements check directory.json -u alice -a footprint:getitem -o '{"kamId":94}'
  cardea statements check directory.json -u alice -a footprint:getitem -o item.json --json`;

async function check(terminal: Terminal, directory: string, flags: CheckFlags): Promise<number> {
  const { user, action } = requireRequest(flags);
  const { object } = flags;
  if (object === undefined) throw usageError('name the object: --object');
  if (directory === STDIN && object === STDIN) throw usageError('stdin can be read once: as directory or as object');
  const guard = await openDirectory(terminal, directory, user);
  const answer = guard.decide(user, action, await readObject(terminal, object));
  await guard.close();
  if (flags.json === true) await writeJson(terminal, answer);
  else await writeLines(terminal, answerLines(answer, coloursFor(terminal, terminal.stdout, flags)));
  return answer.allowed ? EXIT.ok : EXIT.no;
}

function answerLines({ allowed, kind, deciders, diagnostics }: StatementAnswer, colours: Colours): readonly string[] {
  const verdict = allowed ? colours.green(`✓ ${colours.bold('allowed')}`) : colours.red(`✗ ${colours.bold('denied')}`);
  return [
    deciders.length === 0 ? `${verdict} ${REASONS[kind]}` : `${verdict} by ${deciders.map(nameOf).join(', ')}`,
    ...diagnostics.map(({ uid, kind: what, message }) =>
      colours.yellow(`  ${what}: ${uid === undefined ? '' : `${quote(uid)}: `}${printable(message)}`),
    ),
  ];
}

function nameOf({ sid, holder }: StatementDecider): string {
  const [whose] = typeof holder === 'object' ? Object.entries(holder) : [];
  return whose === undefined ? quote(sid) : `${quote(sid)} of ${whose[0]} ${quote(whose[1])}`;
}

const REASONS: Readonly<Record<StatementAnswer['kind'], string>> = {
  allow: '',
  'explicit-deny': '',
  'no-match': 'because no statement fits',
  indeterminate: 'because it could not be decided',
};
