import { resolve } from 'node:path';
import { isCardeaError, type Issue, printable } from 'cardea';
import { formatDocument } from 'cardea/document';
import { Command } from 'commander';
import { coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { type NamedDocument, readDocuments } from '../load-policies.ts';
import { writeJson, writeLines, writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import { STDIN } from '../read-input.ts';
import { issuesFound, usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { writeAtomically } from '../write-atomically.ts';

interface FmtFlags {
  readonly check?: boolean;
  readonly stdout?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea fmt`: rewrites documents in their canonical form. */
export function fmtCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('fmt')
    .description('write documents in their canonical form, comments kept')
    .argument('<path...>', 'documents, directories of them, or - for stdin to stdout')
    .option('--check', 'change nothing; tell which files are not formatted')
    .option('--stdout', 'write the formatted text to stdout instead')
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], _options: unknown, self: Command) => {
      finish(await fmt(terminal, paths, self.optsWithGlobals<FmtFlags>()));
    });
}

const HELP = `
A file is replaced in one step or not at all. When one cannot be read, none is changed.
Exit code: 0 done, 1 with --check when a file is not formatted, 2 error.

Examples:
  cardea fmt policies
  cardea fmt --check policies
  cardea fmt - < policies.yaml > formatted.yaml`;

/** A document, and its canonical form. */
interface Formatted {
  readonly document: NamedDocument;
  readonly text: string;
  readonly changed: boolean;
}

async function fmt(terminal: Terminal, paths: readonly string[], flags: FmtFlags): Promise<number> {
  requireSensible(paths, flags);
  const formatted = await formatAll(terminal, paths);
  const changed = formatted.filter((each) => each.changed);
  if (flags.check) {
    await report(terminal, formatted, flags);
    return changed.length === 0 ? EXIT.ok : EXIT.no;
  }
  if (flags.stdout || paths.includes(STDIN)) {
    for (const { text } of formatted) await writeText(terminal, terminal.stdout, text);
    return EXIT.ok;
  }
  for (const { document, text } of changed) await writeAtomically(resolve(terminal.cwd, document.path), text);
  await report(terminal, formatted, flags);
  return EXIT.ok;
}

function requireSensible(paths: readonly string[], { check, stdout, json }: FmtFlags): void {
  if (check && stdout) throw usageError('--check and --stdout exclude each other');
  if (json && stdout) throw usageError('--json and --stdout exclude each other');
  if (paths.includes(STDIN) && paths.length > 1) throw usageError('stdin is formatted alone');
  if (paths.includes(STDIN) && json && !check) throw usageError('--json and the text of stdin exclude each other');
}

async function formatAll(terminal: Terminal, paths: readonly string[]): Promise<readonly Formatted[]> {
  const { documents, issues: unread } = await readDocuments(terminal, paths);
  const issues: Issue[] = [...unread];
  const formatted: Formatted[] = [];
  for (const document of documents) {
    const text = attempt(() => formatDocument(document.text, document), document, issues);
    if (text !== undefined) formatted.push({ document, text, changed: text !== document.text });
  }
  if (issues.length > 0) throw issuesFound(issues);
  return formatted;
}

function attempt(work: () => string, { file }: NamedDocument, issues: Issue[]): string | undefined {
  try {
    return work();
  } catch (error) {
    if (!isCardeaError(error)) throw error;
    if (error.issues.length > 0) issues.push(...error.issues);
    else issues.push({ code: error.code, message: error.message, path: [], file });
    return undefined;
  }
}

async function report(terminal: Terminal, formatted: readonly Formatted[], flags: FmtFlags): Promise<void> {
  if (flags.json) {
    const files = formatted.map(({ document, changed }) => ({ file: document.file, changed }));
    return writeJson(terminal, { files, changed: files.filter(({ changed }) => changed).length });
  }
  const colours = coloursFor(terminal, terminal.stdout, flags);
  const changed = formatted.filter((each) => each.changed);
  const verb = flags.check ? 'would be formatted' : 'formatted';
  const unchanged = formatted.length - changed.length;
  await writeLines(terminal, [
    ...changed.map(({ document }) => printable(document.file)),
    colours.dim(`${changed.length} ${verb}, ${unchanged} unchanged`),
  ]);
}
