import type { Answer, Detail, Json } from '@cardea/client';
import { printable } from 'cardea';
import { Command, InvalidArgumentError } from 'commander';
import { addClientOptions, addRevisionOption, askClient, type ClientFlags } from '../client/ask.ts';
import { addQuestionOptions, type QuestionFlags, readQuestion } from '../client/read-question.ts';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface CheckFlags extends ClientFlags, QuestionFlags {
  readonly include?: readonly Detail[];
  readonly json?: boolean;
  readonly color: boolean;
}

const DETAILS: readonly Detail[] = ['outcome', 'obligations', 'revision', 'deciders', 'diagnostics', 'explanation'];

/** `cardea client check`: asks for one decision. */
export function clientCheckCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('check').description('may this subject do this action on this resource?');
  return addRevisionOption(addQuestionOptions(addClientOptions(command)))
    .option('--include <details>', `what else to tell, with commas between: ${DETAILS.join(', ')}`, parseDetails)
    .option('--json', 'answer in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await check(terminal, self.optsWithGlobals<CheckFlags>()));
    });
}

const HELP = `
Exit code: 0 allowed, 1 denied, 2 error: there is no answer.

Examples:
  cardea client check --subject user:alice --action read --resource book:a
  cardea client check -q question.json --include outcome,deciders --json`;

async function check(terminal: Terminal, flags: CheckFlags): Promise<number> {
  const question = await readQuestion(terminal, flags);
  const { include = [] } = flags;
  const answer = await askClient(terminal, flags, (client, call) => client.evaluate(question, { ...call, include }));
  if (flags.json === true) await writeJson(terminal, answer);
  else await writeLines(terminal, answerLines(answer, coloursFor(terminal, terminal.stdout, flags)));
  return answer.decision ? EXIT.ok : EXIT.no;
}

function answerLines({ decision, context = {} }: Answer, colours: Colours): readonly string[] {
  const verdict = decision ? colours.green(`✓ ${colours.bold('allowed')}`) : colours.red(`✗ ${colours.bold('denied')}`);
  const told = Object.entries(context).map(([name, value]) => `  ${printable(name)}: ${printable(textOf(value))}`);
  return [verdict, ...told];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseDetails(given: string): readonly Detail[] {
  const names = given.split(',').map((name) => name.trim());
  const known = names.filter((name): name is Detail => (DETAILS as readonly string[]).includes(name));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`It must be some of ${DETAILS.join(', ')}.`);
}
