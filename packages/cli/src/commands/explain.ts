import { type Explanation, formatExplanation } from 'cardea';
import { Command, Option } from 'commander';
import { coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { fitLine } from '../fit-line.ts';
import { addGuardOptions, type GuardFlags, withGuard } from '../guard-options.ts';
import { parseCount } from '../option-values.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { readInquiry } from '../read-inquiry.ts';
import { STDIN, STDIN_ONCE } from '../read-input.ts';
import { usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';

interface ExplainFlags extends GuardFlags {
  readonly inquiry?: string;
  readonly format: 'tree' | 'text' | 'json';
  readonly limit: number;
  readonly redact?: readonly string[];
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea explain`: which element and which rule held, failed or was unknown. */
export function explainCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('explain').description('say why an inquiry is decided as it is');
  return addGuardOptions(command)
    .option('-i, --inquiry <inquiry>', 'a file in JSON or YAML, - for stdin, or the JSON itself')
    .addOption(new Option('--format <format>', 'how to tell it').choices(['tree', 'text', 'json']).default('tree'))
    .option('--limit <count>', 'how many policies that do not apply are shown', parseCount, 3)
    .option('--redact <attribute...>', 'attributes whose values are not shown, such as subject.email')
    .option('--json', 'the same as --format json')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await explain(terminal, self.optsWithGlobals<ExplainFlags>()));
    });
}

const HELP = `
Exit code: 0 explained, 2 error.

Examples:
  cardea explain -p policies -i inquiry.json
  cardea explain --store policies.db -i inquiry.json
  cardea explain -p policies -i inquiry.json --format text --redact subject.email
  cardea explain -p policies -i - --json < inquiry.json | jq '.policies[0].differences'`;

async function explain(terminal: Terminal, flags: ExplainFlags): Promise<number> {
  const { policies = [], inquiry: given } = flags;
  if (given === undefined) throw usageError('name what to explain: --inquiry');
  if (policies.includes(STDIN) && given === STDIN) throw usageError(STDIN_ONCE);
  // The nearest misses are found among all policies.
  const explanation = await withGuard(terminal, flags, { residence: 'resident' }, async (guard) =>
    guard.explain(await readInquiry(terminal, given), { limit: flags.limit, redact: flags.redact ?? [] }),
  );
  const style = flags.json === true ? 'json' : flags.format;
  if (style === 'json') await writeJson(terminal, explanation);
  else await writeLines(terminal, explanationLines(terminal, explanation, { style, color: flags.color }));
  return EXIT.ok;
}

function explanationLines(
  terminal: Terminal,
  explanation: Explanation,
  { style, color }: { readonly style: 'tree' | 'text'; readonly color: boolean },
): readonly string[] {
  const colour = coloursFor(terminal, terminal.stdout, { color });
  const lines = formatExplanation(explanation, { style, colour }).split('\n');
  return style === 'tree' ? lines.map((line) => fitLine(line, terminal.stdout)) : lines;
}
