import { resolve } from 'node:path';
import type { Parsed, Policy } from 'cardea';
import { importIam, importLadon, parseDirectory, policiesOfStatements, type StatementHolder } from 'cardea/statements';
import { Command, Option } from 'commander';
import { documentFormat, documentText } from '../document-text.ts';
import { EXIT } from '../exit-code.ts';
import { writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import { STDIN } from '../read-input.ts';
import { usageError } from '../report-error.ts';
import { readStatements } from '../statement-files.ts';
import type { Terminal } from '../terminal.ts';
import { writeAtomically } from '../write-atomically.ts';

const FORMS = ['directory', 'statements', 'iam', 'ladon'] as const;

interface ImportFlags {
  readonly from: (typeof FORMS)[number];
  readonly user?: string;
  readonly group?: string;
  readonly role?: string;
  readonly everyone?: boolean;
  readonly flavor?: 'regex' | 'exact';
  readonly out: string;
}

/** `cardea statements import`: policies that decide as statements do. */
export function statementsImportCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('import')
    .description('make policies of statements, or of policies of AWS IAM, ORY Ladon and Keto')
    .argument('<file>', 'in JSON; - for stdin')
    .addOption(new Option('--from <form>', 'what the file holds').choices(FORMS).default('directory'))
    .option('--user <name>', 'to whom statements are attached: a user,')
    .option('--group <name>', 'a group,')
    .option('--role <name>', 'a role,')
    .option('--everyone', 'or everyone')
    .addOption(new Option('--flavor <flavor>', 'how texts of Ladon and Keto are read').choices(['regex', 'exact']))
    .option('-o, --out <file>', 'where to write the policies, .yaml or .json; - for stdout', STDIN)
    .addHelpText('after', HELP)
    .action(async (file: string, _options: unknown, self: Command) => {
      finish(await importFile(terminal, file, self.optsWithGlobals<ImportFlags>()));
    });
}

const HELP = `
Forms:
  directory   users, groups and roles with their statements
  statements  {Sid, Effect, Action, Resource}: one, a list, or a document with Statement
  iam         identity policies of AWS IAM
  ladon       policies of ORY Ladon, or access control policies of ORY Keto

Where anything is wrong, nothing is written: a denial that is left out would let somebody in.
Exit code: 0 imported, 2 error.

Examples:
  cardea statements import directory.json -o policies.yaml
  cardea statements import reader.json --from iam --role reader -o policies.yaml`;

async function importFile(terminal: Terminal, file: string, flags: ImportFlags): Promise<number> {
  const policies = await readStatements(terminal, file, parserFor(flags));
  const hint = 'import what the holders have file by file';
  const text = documentText({ policies, links: [] }, { format: documentFormat(flags.out), hint });
  if (flags.out === STDIN) await writeText(terminal, terminal.stdout, text);
  else await writeAtomically(resolve(terminal.cwd, flags.out), text);
  return EXIT.ok;
}

function parserFor(flags: ImportFlags): (text: string) => Parsed<readonly Policy[]> {
  const holders = holdersOf(flags);
  const { from, flavor } = flags;
  if (flavor !== undefined && from !== 'ladon') throw usageError('--flavor goes with --from ladon');
  if (from === 'directory' || from === 'ladon') {
    if (holders.length > 0)
      throw usageError(`what ${from === 'ladon' ? 'Ladon keeps' : 'a directory says'} is for whom it says`);
    return from === 'directory'
      ? directoryPolicies
      : (text) => importLadon(text, flavor === undefined ? {} : { flavor });
  }
  const [holder] = holders;
  if (holders.length !== 1 || holder === undefined)
    throw usageError('name to whom they are attached: one of --user, --group, --role and --everyone');
  return (text) => (from === 'iam' ? importIam(text, holder) : policiesOfStatements(text, holder));
}

function directoryPolicies(text: string): Parsed<readonly Policy[]> {
  const parsed = parseDirectory(text);
  return parsed.ok ? { ok: true, value: parsed.value.policies } : parsed;
}

function holdersOf({ user, group, role, everyone }: ImportFlags): readonly StatementHolder[] {
  return [
    ...(user === undefined ? [] : [{ user }]),
    ...(group === undefined ? [] : [{ group }]),
    ...(role === undefined ? [] : [{ role }]),
    ...(everyone === true ? (['everyone'] as const) : []),
  ];
}
