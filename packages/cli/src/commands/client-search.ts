import type { DecisionClient, Entity, NamedAction, Question } from '@cardea/client';
import { printable } from 'cardea';
import { Argument, Command, Option } from 'commander';
import { addClientOptions, addRevisionOption, askClient, type Call, type ClientFlags } from '../client/ask.ts';
import { addQuestionOptions, type Part, type QuestionFlags, readQuestion } from '../client/read-question.ts';
import { EXIT } from '../exit-code.ts';
import { parsePositive } from '../option-values.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface SearchFlags extends ClientFlags, QuestionFlags {
  readonly most?: number;
  readonly pageSize?: number;
  readonly json?: boolean;
}

/** `cardea client search`: asks for all subjects, resources or actions for which the answer is yes. */
export function clientSearchCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('search')
    .description('who may do this, on which resources, or what?')
    .addArgument(new Argument('<what>', 'what is searched for').choices(['subject', 'resource', 'action']));
  return addRevisionOption(addQuestionOptions(addClientOptions(command)))
    .addOption(new Option('--most <count>', 'end after so many results').argParser(parsePositive))
    .addOption(new Option('--page-size <count>', 'how many to ask for at once').argParser(parsePositive))
    .option('--json', 'a result in JSON a line, for programs')
    .addHelpText('after', HELP)
    .action(async (what: Part, _options: unknown, self: Command) => {
      await search(terminal, what, self.optsWithGlobals<SearchFlags>());
      finish(EXIT.ok);
    });
}

const HELP = `
Of what is searched for, --subject or --resource names the type alone.

Examples:
  cardea client search subject --subject user --action read --resource book:a
  cardea client search resource --subject user:alice --action read --resource book
  cardea client search action --subject user:alice --resource book:a`;

async function search(terminal: Terminal, what: Part, flags: SearchFlags): Promise<void> {
  const question = await readQuestion(terminal, flags, what);
  const { most = Number.POSITIVE_INFINITY, pageSize } = flags;
  await askClient(terminal, flags, async (client, call) => {
    let told = 0;
    const options = { ...call, ...(pageSize !== undefined && { pageSize }) };
    for await (const result of SEARCH[what](client, question, options)) {
      if (flags.json === true) await writeJson(terminal, result);
      else await writeLines(terminal, [printable('id' in result ? `${result.type}:${result.id}` : result.name)]);
      told += 1;
      if (told >= most) return;
    }
  });
}

const SEARCH: Readonly<
  Record<Part, (client: DecisionClient, question: Question, call: Call) => AsyncIterable<Entity | NamedAction>>
> = {
  subject: (client, question, call) => client.searchSubjects(question, call),
  resource: (client, question, call) => client.searchResources(question, call),
  action: (client, { subject, resource, context }, call) =>
    client.searchActions({ subject, resource, ...(context !== undefined && { context }) }, call),
};
