import { resolve } from 'node:path';
import { type Policy, printable } from 'cardea';
import { importVakt, type VaktChecker, type VaktImport, type VaktNote } from 'cardea/vakt';
import { Command, Option } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { documentFormat, documentText } from '../document-text.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import { STDIN } from '../read-input.ts';
import { usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { requireVaktChecker, vaktCheckerOption } from '../vakt-checker.ts';
import { readVaktFiles, VAKT_FORMATS, type VaktFiles, type VaktFormat } from '../vakt-files.ts';
import { lostPolicies, vaktNoteLine } from '../vakt-report.ts';
import { writeAtomically } from '../write-atomically.ts';

interface ImportFlags {
  readonly checker?: VaktChecker;
  readonly format: VaktFormat;
  readonly out: string;
  readonly opaque?: boolean;
  readonly partial?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea import vakt`: policies that decide what vakt decided. */
export function importVaktCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('vakt')
    .description('make policies of what the Python library vakt stored')
    .argument('<file...>', 'what vakt stored, or - for stdin')
    .addOption(vaktCheckerOption())
    .addOption(new Option('--format <format>', 'what the files hold').choices(VAKT_FORMATS).default('policies'))
    .option('-o, --out <file>', 'where to write the policies, .yaml or .json; - for stdout', STDIN)
    .option('--opaque', 'import what has no equal here as an error in that place, which never allows')
    .option('--partial', 'write the other policies although some were refused')
    .option('--json', 'report in JSON, for programs; with the policies where there is no --out')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], _options: unknown, self: Command) => {
      finish(await importFiles(terminal, files, self.optsWithGlobals<ImportFlags>()));
    });
}

const HELP = `
Formats:
  policies  texts of policy.to_json(): one, a list of them, or one a line
  mongo     documents of the collection, as mongoexport writes them
  sql       one JSON object with the rows of vakt_policies, vakt_policy_subjects,
            vakt_policy_actions and vakt_policy_resources
  redis     the hash as redis-cli --json HGETALL prints it, or a file that is one pickle

Where a policy is refused nothing is written, unless --partial says otherwise: a denial that
is left out would let somebody in.
Exit code: 0 all imported, 1 some were refused, 2 error.

Examples:
  cardea import vakt policies.json --checker regex -o policies.yaml
  mongoexport -c vakt_policies | cardea import vakt - --format mongo --checker rules`;

async function importFiles(terminal: Terminal, files: readonly string[], flags: ImportFlags): Promise<number> {
  const checker = requireVaktChecker(flags);
  if (files.filter((file) => file === STDIN).length > 1) throw usageError('stdin can be read once');
  const stored = await readVaktFiles(terminal, files, flags.format);
  const imported = importVakt(stored.source, {
    checker,
    onUnsupported: flags.opaque === true ? 'opaque' : 'refuse',
  });
  const {
    policies,
    report: { refused },
  } = imported;
  const isWhole = lostPolicies({ policies, refused }, flags).length === 0;
  const isWritten = (isWhole || flags.partial === true) && imported.policies.length > 0;
  if (isWritten && flags.out !== STDIN)
    await writeAtomically(resolve(terminal.cwd, flags.out), documentOf(imported.policies, flags.out));
  if (isWritten && flags.out === STDIN && flags.json !== true)
    await writeText(terminal, terminal.stdout, documentOf(imported.policies, flags.out));
  await report(terminal, { stored, imported, isWritten }, flags);
  return isWhole ? EXIT.ok : EXIT.no;
}

function documentOf(policies: readonly Policy[], file: string): string {
  const hint = 'import them in parts, each to a file of its own';
  return documentText({ policies, links: [] }, { format: documentFormat(file), hint });
}

interface Outcome {
  readonly stored: VaktFiles;
  readonly imported: VaktImport;
  readonly isWritten: boolean;
}

async function report(terminal: Terminal, outcome: Outcome, flags: ImportFlags): Promise<void> {
  const { stored, imported, isWritten } = outcome;
  const { read, changed, refused } = imported.report;
  if (flags.json !== true) {
    const colours = coloursFor(terminal, terminal.stderr, flags);
    for (const line of reportLines(outcome, flags, colours)) terminal.stderr.write(`${line}\n`);
    return;
  }
  const placed = (note: VaktNote): object => ({ ...stored.placeOf(note.index), ...note });
  await writeJson(terminal, {
    read,
    imported: imported.policies.length,
    written: isWritten && flags.out !== STDIN ? flags.out : null,
    changed: changed.map(placed),
    refused: refused.map(placed),
    ...(flags.out === STDIN ? { policies: isWritten ? imported.policies : [] } : {}),
  });
}

function reportLines(
  { stored, imported, isWritten }: Outcome,
  flags: ImportFlags,
  colours: Colours,
): readonly string[] {
  const { read, changed, refused } = imported.report;
  const line = (note: VaktNote): string => vaktNoteLine(stored.placeOf(note.index), note);
  const refusal = flags.opaque === true ? 'no equal' : 'refused';
  const where = flags.out === STDIN ? 'stdout' : flags.out;
  return [
    ...changed.map((note) => `${colours.yellow('changed')}  ${line(note)}`),
    ...refused.map((note) => `${colours.red(refusal)}  ${line(note)}`),
    colours.bold(
      `${read} read, ${imported.policies.length} imported, ${changed.length} notes on changes, ${refused.length} ${refusal}`,
    ),
    isWritten ? colours.dim(`written to ${printable(where)}`) : colours.red(nothingWritten(imported)),
  ];
}

function nothingWritten({ policies }: VaktImport): string {
  if (policies.length === 0) return 'nothing written: no policy could be imported';
  return 'nothing written: --opaque imports them as errors that never allow, --partial leaves them out';
}
