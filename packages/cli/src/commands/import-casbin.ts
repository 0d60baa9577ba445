import { resolve } from 'node:path';
import type { CasbinPolicies, Enforcer } from '@cardea/casbin';
import { CardeaError, errorMessage, printable } from 'cardea';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Proof, provePolicies } from '../casbin/prove-policies.ts';
import { coloursFor } from '../colours.ts';
import { documentFormat, documentText } from '../document-text.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import { STDIN } from '../read-input.ts';
import { loadDriver } from '../store/load-driver.ts';
import type { Terminal } from '../terminal.ts';
import { writeAtomically } from '../write-atomically.ts';

interface ImportFlags {
  readonly out: string;
  readonly requests: number;
  readonly json?: boolean;
  readonly color: boolean;
}

const REQUESTS = 10_000;
/** So many requests that are decided differently are told. */
const SHOWN = 5;

/** `cardea import casbin`: policies that allow what casbin allows. */
export function importCasbinCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('casbin')
    .description('make policies of a model and a policy of casbin, and prove that they decide alike')
    .argument('<model>', 'the file of the model, as model.conf')
    .argument('<policy>', 'the file of the policy, as policy.csv')
    .option('-o, --out <file>', 'where to write the policies, .yaml or .json; - for stdout', STDIN)
    .addOption(
      new Option('--requests <number>', 'how many requests both are asked').default(REQUESTS).argParser(countOf),
    )
    .option('--json', 'report in JSON, for programs; with the policies where there is no --out')
    .addHelpText('after', HELP)
    .action(async (model: string, policy: string, _options: unknown, self: Command) => {
      finish(await importFiles(terminal, { model, policy }, self.optsWithGlobals<ImportFlags>()));
    });
}

const HELP = `
Needs the package @cardea/casbin.

Where anything has no equal, or a request is decided differently, nothing is written: a denial
that is left out would let somebody in.
Exit code: 0 imported, 1 refused or decided differently, 2 error.

Example:
  cardea import casbin model.conf policy.csv -o policies.yaml`;

function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('it is a number above zero');
}

interface Files {
  readonly model: string;
  readonly policy: string;
}

async function importFiles(terminal: Terminal, files: Files, flags: ImportFlags): Promise<number> {
  const { newEnforcer, toPolicies } = await loadDriver('@cardea/casbin', () => import('@cardea/casbin'), 'the import');
  const enforcer = await readEnforcer(terminal, files, newEnforcer);
  const casbin = toPolicies(enforcer);
  const proof = casbin.refused.length > 0 ? undefined : await provePolicies(enforcer, casbin, flags.requests);
  const isProven = proof !== undefined && proof.differing.length === 0;
  if (isProven && (flags.out !== STDIN || flags.json !== true)) await write(terminal, casbin, flags);
  await report(terminal, { casbin, proof, isProven }, flags);
  return isProven ? EXIT.ok : EXIT.no;
}

async function readEnforcer(
  terminal: Terminal,
  { model, policy }: Files,
  newEnforcer: (...params: unknown[]) => Promise<Enforcer>,
): Promise<Enforcer> {
  try {
    return await newEnforcer(resolve(terminal.cwd, model), resolve(terminal.cwd, policy));
  } catch (error) {
    throw new CardeaError('CARDEA_INVALID_DOCUMENT', `casbin does not read them: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

async function write(terminal: Terminal, { policies }: CasbinPolicies, { out }: ImportFlags): Promise<void> {
  const hint = 'import them in parts, each to a file of its own';
  const text = documentText({ policies, links: [] }, { format: documentFormat(out), hint });
  if (out === STDIN) await writeText(terminal, terminal.stdout, text);
  else await writeAtomically(resolve(terminal.cwd, out), text);
}

interface Outcome {
  readonly casbin: CasbinPolicies;
  readonly proof: Proof | undefined;
  readonly isProven: boolean;
}

async function report(terminal: Terminal, outcome: Outcome, flags: ImportFlags): Promise<void> {
  const { casbin, proof, isProven } = outcome;
  if (flags.json !== true) {
    for (const line of reportLines(terminal, outcome, flags)) terminal.stderr.write(`${line}\n`);
    return;
  }
  const { request, refused, silent, policies } = casbin;
  await writeJson(terminal, {
    imported: policies.length,
    written: isProven && flags.out !== STDIN ? flags.out : null,
    request,
    silent,
    refused,
    ...(proof === undefined ? {} : { proof: { ...proof, differing: proof.differing.slice(0, SHOWN) } }),
    ...(flags.out === STDIN ? { policies: isProven ? policies : [] } : {}),
  });
}

function reportLines(terminal: Terminal, { casbin, proof, isProven }: Outcome, flags: ImportFlags): readonly string[] {
  const colours = coloursFor(terminal, terminal.stderr, flags);
  const { policies, request, refused, silent } = casbin;
  const parts = request.map(
    ({ field, part }) => `${field} is ${part === 'context' ? `context.${field}` : `the ${part}`}`,
  );
  const where = flags.out === STDIN ? 'stdout' : flags.out;
  return [
    ...refused.map(({ message, rules }) => `${colours.red('refused')}  ${printable(message)} (rules: ${rules})`),
    ...(silent === 0 ? [] : [`${colours.yellow('silent')}  ${silent} rules say nothing under the effect of the model`]),
    ...(proof?.differing.slice(0, SHOWN) ?? []).map(
      ({ request: values, casbin: said, cardea }) =>
        `${colours.red('differs')}  ${printable(JSON.stringify(values))}: casbin ${verb(said)}, Cardea ${verb(cardea)}`,
    ),
    ...(proof === undefined ? [] : [colours.bold(proofLine(policies.length, proof))]),
    ...(isProven ? [parts.join(', ')] : []),
    isProven ? colours.dim(`written to ${printable(where)}`) : colours.red('nothing written'),
  ];
}

function verb(allowed: boolean): string {
  return allowed ? 'allows' : 'denies';
}

function proofLine(policies: number, { requests, allowed, differing }: Proof): string {
  return `${policies} policies; ${requests} requests, ${allowed} allowed, ${differing.length} decided differently`;
}
