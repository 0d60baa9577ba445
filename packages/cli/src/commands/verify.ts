import { attributes, functionTable, Guard, type Inquiry, MemoryStorage, parsePolicy } from 'cardea';
import { referenceDecider } from 'cardea/testing';
import { Command } from 'commander';
import { coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { CHECKERS } from '../checker-option.ts';
import { addGuardOptions, type GuardFlags } from '../guard-options.ts';
import { compareWays, type Verified } from '../compare-ways.ts';
import { type InquiryLine, openInquiries } from '../inquiry-stream.ts';
import { loadFunctions } from '../load-functions.ts';
import { loadLinkedPolicies } from '../load-policies.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { readInquiry } from '../read-inquiry.ts';
import { readRows } from '../read-rows.ts';
import { issuesFound, usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';

interface VerifyFlags extends GuardFlags {
  readonly data?: string;
  readonly inquiry?: string;
  readonly inquiries?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea verify`: whether the index and the filters decide as the plain reference does, over one's own policies and rows. */
export function verifyCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('verify').description('hold index and filters against the reference, over your own rows');
  return addGuardOptions(command)
    .option('--data <file>', 'resources, one dictionary in JSON a line, - for stdin')
    .option('-i, --inquiry <inquiry>', 'who asks: an inquiry, of which the resource does not count')
    .option('--inquiries <file>', 'a file with one inquiry in JSON a line')
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await verify(terminal, self.optsWithGlobals<VerifyFlags>()));
    });
}

const HELP = `
Exit code: 0 all agree, 1 some do not, 2 error.

Examples:
  cardea verify -p policies --data books.ndjson -i '{"subject":"max","action":"read"}'
  cardea verify -p policies --data books.ndjson --inquiries asked.ndjson --json`;

async function verify(terminal: Terminal, flags: VerifyFlags): Promise<number> {
  const { policies: paths, data, checker: checkerName, combining } = flags;
  if (paths === undefined) throw usageError('name the policies: --policies <path...>');
  if (data === undefined) throw usageError('name the rows: --data <file>');
  const checker = CHECKERS[checkerName]();
  const functions = await loadFunctions(terminal, flags.functions);
  const reading = { checker, functions: functionTable(functions) };
  const { policies, links } = await loadLinkedPolicies(terminal, paths, reading);
  const options = { checker, combining, unknownDeny: flags.unknownDeny === true ? 'deny' : 'ignore' } as const;
  const storage = new MemoryStorage(policies, { links, parse: (policy) => parsePolicy(policy, reading) });
  const guard = new Guard(storage, { ...options, functions, clock: terminal.clock });
  const reference = referenceDecider(policies, { ...options, functions: reading.functions, links });
  const questions = await readQuestions(terminal, flags);
  const rows = (await readRows(terminal, data)).map(({ line, resource }) => ({ line, resource: attributes(resource) }));
  await guard.ready();
  const verified = await compareWays(guard, reference, { questions, rows, signal: terminal.signal });
  await guard.close();
  return tell(terminal, verified, flags);
}

async function readQuestions(terminal: Terminal, flags: VerifyFlags): Promise<readonly Inquiry[]> {
  const { inquiry, inquiries } = flags;
  if ((inquiry === undefined) === (inquiries === undefined))
    throw usageError('name who asks: --inquiry or --inquiries');
  if (inquiry !== undefined) return [await readInquiry(terminal, inquiry)];
  const found: Inquiry[] = [];
  for await (const lines of (await openInquiries(terminal, inquiries ?? '')).lines) found.push(...lines.map(inquiryOf));
  return found;
}

function inquiryOf(line: InquiryLine): Inquiry {
  if ('inquiry' in line) return line.inquiry;
  throw issuesFound(line.issues);
}

async function tell(terminal: Terminal, verified: Verified, flags: VerifyFlags): Promise<number> {
  const { reports, inquiries, rows, allowed, columns } = verified;
  const isRight = reports.every(({ over, under }) => over.length + under.length === 0);
  if (flags.json === true) {
    await writeJson(terminal, { inquiries, rows, allowed, columns, ways: reports });
    return isRight ? EXIT.ok : EXIT.no;
  }
  const colours = coloursFor(terminal, terminal.stdout, flags);
  const pairs = `${inquiries * rows} decisions, ${allowed} of them allowed; ${columns} columns in SQLite`;
  await writeLines(terminal, [
    ...reports.map(({ way, over, under }) => {
      if (over.length + under.length === 0) return colours.green(`✓ ${way}: agrees with the reference`);
      const [inquiry, line] = over[0] ?? under[0] ?? [0, 0];
      const first = `the first: inquiry ${inquiry}, line ${line}`;
      return colours.red(`✗ ${way}: ${over.length} allowed too many, ${under.length} too few; ${first}`);
    }),
    colours.bold(pairs),
  ]);
  return isRight ? EXIT.ok : EXIT.no;
}
