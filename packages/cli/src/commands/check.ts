import { type Decision, printable, quote } from 'cardea';
import { Command } from 'commander';
import { NO_AUDIT, openAuditFile } from '../audit-file.ts';
import { checkBatch } from '../check-batch.ts';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { addGuardOptions, type GuardFlags, withGuard } from '../guard-options.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { readInquiry } from '../read-inquiry.ts';
import { usageError } from '../report-error.ts';
import { STDIN, STDIN_ONCE } from '../read-input.ts';
import type { Terminal } from '../terminal.ts';

interface CheckFlags extends GuardFlags {
  readonly inquiry?: string;
  readonly inquiries?: string;
  readonly audit?: string;
  readonly each?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea check`: decides one inquiry, or a file of them. */
export function checkCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('check').description('decide: may this subject do this action on this resource?');
  return addGuardOptions(command)
    .option('-i, --inquiry <inquiry>', 'a file in JSON or YAML, - for stdin, or the JSON itself')
    .option('--inquiries <file>', 'a file with one inquiry in JSON a line, - for stdin')
    .option('--each', 'with --inquiries: a line for every answer')
    .option('--audit <file>', 'append a record of every decision to this file, as NDJSON')
    .option('--json', 'answer in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await check(terminal, self.optsWithGlobals<CheckFlags>()));
    });
}

const HELP = `
Exit code: 0 allowed, 1 denied, 2 error; with --inquiries 0 when every line was answered.

Examples:
  cardea check -p policies -i '{"subject":"max","action":"get","resource":"book"}'
  cardea check -p policies -i inquiry.yaml && echo allowed
  cardea check --store policies.db -i inquiry.yaml
  cardea check -p policies --inquiries inquiries.ndjson --audit audit.ndjson
  cardea check -p policies --inquiries - --json < inquiries.ndjson | jq .decision.outcome`;

async function check(terminal: Terminal, flags: CheckFlags): Promise<number> {
  requireOneInput(flags);
  const audit = flags.audit === undefined ? NO_AUDIT : await openAuditFile(terminal, flags.audit);
  try {
    const { inquiries, inquiry = '' } = flags;
    if (inquiries === undefined)
      // For one decision nobody reads a whole store.
      return await withGuard(terminal, flags, { sinks: audit.sinks, residence: 'on-demand' }, async (guard) => {
        const decision = await guard.check(await readInquiry(terminal, inquiry));
        await audit.settle();
        return tellDecision(terminal, decision, flags);
      });
    return await withGuard(terminal, flags, { sinks: audit.sinks, residence: 'resident' }, async (guard) => {
      const { invalid } = await checkBatch(terminal, guard, { ...flags, inquiries }, audit.settle);
      return invalid === 0 ? EXIT.ok : EXIT.error;
    });
  } finally {
    await audit.close();
  }
}

function requireOneInput({ inquiry, inquiries, each, policies = [] }: CheckFlags): void {
  if (inquiry === undefined && inquiries === undefined)
    throw usageError('name what to decide: --inquiry or --inquiries');
  if (inquiry !== undefined && inquiries !== undefined)
    throw usageError('--inquiry and --inquiries exclude each other');
  if (each === true && inquiries === undefined) throw usageError('--each goes with --inquiries');
  if (policies.includes(STDIN) && (inquiry ?? inquiries) === STDIN) throw usageError(STDIN_ONCE);
}

async function tellDecision(terminal: Terminal, decision: Decision, flags: CheckFlags): Promise<number> {
  if (flags.json === true) await writeJson(terminal, decision);
  else await writeLines(terminal, decisionLines(decision, coloursFor(terminal, terminal.stdout, flags)));
  return decision.allowed ? EXIT.ok : EXIT.no;
}

function decisionLines(decision: Decision, colours: Colours): readonly string[] {
  const { allowed, deciders, obligations, diagnostics } = decision;
  const verdict = allowed ? colours.green(`✓ ${colours.bold('allowed')}`) : colours.red(`✗ ${colours.bold('denied')}`);
  const by = deciders.length === 0 ? REASONS[decision.outcome] : `by ${deciders.map(quote).join(', ')}`;
  return [
    `${verdict} ${by}`,
    ...obligations.map((obligation) => `  obligation: ${printable(JSON.stringify(obligation))}`),
    ...diagnostics.map(({ uid, kind, message }) =>
      colours.yellow(`  ${kind}: ${uid === undefined ? '' : `${quote(uid)}: `}${printable(message)}`),
    ),
  ];
}

const REASONS: Readonly<Record<Decision['outcome'], string>> = {
  allow: '',
  deny: '',
  'not-applicable': 'because no policy applies',
  indeterminate: 'because a policy could not be evaluated',
};
