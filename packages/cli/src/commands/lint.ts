import { formatPath, printable, quote } from 'cardea';
import type { PolicyDocument, Position } from 'cardea/document';
import { lint, type LintFinding, type LintSeverity } from 'cardea/lint';
import { Command } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { wrapText } from '../fit-line.ts';
import { checkerOption, functionsOption } from '../checker-option.ts';
import { type PolicySource, policySource } from '../guard-options.ts';
import { loadPolicies } from '../load-policies.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { collect } from '../store/collect.ts';
import {
  loadDocumentReading,
  loadReading,
  type NamedReading,
  type ReadingFlags,
  type StoreFlags,
  storeOption,
} from '../store/store-options.ts';
import { withStore } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';

interface LintFlags extends StoreFlags, ReadingFlags {
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea lint`: what is probably wrong with policies. */
export function lintCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('lint')
    .description('find policies that never apply, repeat, contradict or allow everything')
    .argument('[path...]', 'documents of policies, directories of them, or - for stdin')
    .addOption(storeOption())
    .addOption(checkerOption())
    .addOption(functionsOption())
    .option('--strict', 'let warnings fail too')
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], _options: unknown, self: Command) => {
      finish(await lintPaths(terminal, paths, self.optsWithGlobals<LintFlags>()));
    });
}

const HELP = `
Exit code: 0 nothing that fails, 1 findings of severity error (with --strict warnings too), 2 error.

Examples:
  cardea lint policies
  cardea lint --store policies.db
  cardea lint policies --strict --json | jq '.findings[].code'`;

/** A finding, and where its policy begins. */
type PlacedFinding = LintFinding & Partial<Position>;

async function lintPaths(terminal: Terminal, paths: readonly string[], flags: LintFlags): Promise<number> {
  const source = policySource(terminal, flags, paths.length === 0 ? undefined : paths, '<path...>');
  const { document, reading } = await loadSource(terminal, source, flags);
  const findings = lint(document.policies, reading).map((found) => placed(found, document));
  if (flags.json) await writeJson(terminal, { findings, ...countsOf(findings), policies: document.policies.length });
  else await writeLines(terminal, reportLines(findings, document, terminal, flags));
  const fails = findings.some(({ severity }) => severity === 'error' || (flags.strict && severity === 'warning'));
  return fails ? EXIT.no : EXIT.ok;
}

/** What is linted: policies of a store have no position but the store. */
type Linted = Pick<PolicyDocument, 'policies'> & { readonly positions: ReadonlyMap<string, Partial<Position>> };

async function loadSource(
  terminal: Terminal,
  source: PolicySource,
  flags: LintFlags,
): Promise<{ readonly document: Linted; readonly reading: NamedReading['parse'] }> {
  if ('paths' in source) {
    const { parse } = await loadDocumentReading(terminal, flags);
    return { document: await loadPolicies(terminal, source.paths, parse), reading: parse };
  }
  const { address } = source;
  const reading = await loadReading(terminal, flags);
  const policies = await withStore(terminal, address, { use: 'read', reading }, (storage) =>
    collect(storage.retrieveAll(1000)),
  );
  const positions = new Map(policies.map(({ uid }) => [uid, { file: address.label }]));
  return { document: { policies, positions }, reading: reading.parse };
}

function placed(found: LintFinding, { positions }: Linted): PlacedFinding {
  return { ...found, ...positions.get(found.uid) };
}

function countsOf(findings: readonly LintFinding[]): {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
} {
  const count = (wanted: LintSeverity): number => findings.filter(({ severity }) => severity === wanted).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info') };
}

function reportLines(
  findings: readonly PlacedFinding[],
  { policies }: Linted,
  terminal: Terminal,
  flags: LintFlags,
): readonly string[] {
  const colours = coloursFor(terminal, terminal.stdout, flags);
  const where = policies.length === 1 ? '1 policy' : `${policies.length} policies`;
  if (findings.length === 0) return [colours.green(`✓ nothing to report in ${where}`)];
  const { errors, warnings, infos } = countsOf(findings);
  const total = `${counted(errors, 'error')}, ${counted(warnings, 'warning')}, ${counted(infos, 'note')} in ${where}`;
  return [...findings.flatMap((found) => findingLines(found, terminal, colours)), colours.bold(total)];
}

function findingLines(found: PlacedFinding, terminal: Terminal, colours: Colours): readonly string[] {
  const { code, severity, uid, path, message, file = '', line, column } = found;
  const paint = { error: colours.red, warning: colours.yellow, info: colours.cyan }[severity];
  const position = line === undefined ? '' : `:${line}:${column ?? 1}`;
  const inner = formatPath(path);
  const where = colours.bold(printable(`${file}${position}`));
  return [
    `${where}  ${paint(severity === 'info' ? 'note' : severity)}  ${code}  ${quote(uid)}${inner === '' ? '' : ` ${printable(inner)}`}`,
    ...wrapText(printable(message), '    ', terminal.stdout),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
