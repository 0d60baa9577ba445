import { resolve } from 'node:path';
import { printable } from 'cardea';
import { type DocumentFormat, type PolicySet, readStore } from 'cardea/document';
import { Command, Option } from 'commander';
import { checkerOption, functionsOption } from '../checker-option.ts';
import { coloursFor } from '../colours.ts';
import { documentFormat, documentText } from '../document-text.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import { STDIN } from '../read-input.ts';
import { usageError } from '../report-error.ts';
import {
  loadDocumentReading,
  loadReading,
  type ReadingFlags,
  requireStore,
  type StoreFlags,
  storeOption,
} from '../store/store-options.ts';
import { withStore } from '../store/with-store.ts';
import type { Terminal } from '../terminal.ts';
import { writeAtomically } from '../write-atomically.ts';
import { writeParts } from '../write-parts.ts';

interface ExportFlags extends StoreFlags, ReadingFlags {
  readonly out: string;
  readonly format?: DocumentFormat;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `cardea store export`: a store as documents. */
export function storeExportCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('export')
    .description('write the policies and links of a store as documents')
    .addOption(storeOption())
    .option('-o, --out <path>', 'a file, a new directory with / at its end, or - for stdout', STDIN)
    .addOption(
      new Option('--format <format>', 'of the documents; as the name says, else YAML').choices(['yaml', 'json']),
    )
    .addOption(checkerOption())
    .addOption(functionsOption())
    .option('--json', 'report in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      finish(await exportStore(terminal, self.optsWithGlobals<ExportFlags>()));
    });
}

const HELP = `
Everything is of one revision. cardea store import --replace makes an equal store of it, links
and order included. A directory is for more policies than one document may hold.
Exit code: 0 done, 2 error; a file is then as it was.

Examples:
  cardea store export --store policies.db > policies.yaml
  cardea store export --store policies.db -o backup/`;

async function exportStore(terminal: Terminal, flags: ExportFlags): Promise<number> {
  const { out } = flags;
  if (flags.json === true && out === STDIN) throw usageError('--json and documents on stdout exclude each other');
  const address = requireStore(terminal, flags);
  const reading = await loadReading(terminal, flags);
  const content = await withStore(terminal, address, { use: 'read', reading }, readStore);
  const files = await write(terminal, content, flags);
  if (out === STDIN) return EXIT.ok;
  const { revision } = content;
  const counts = { policies: content.policies.length, links: content.links.length };
  if (flags.json === true) await writeJson(terminal, { store: address.label, revision, ...counts, files });
  else {
    const { bold, dim } = coloursFor(terminal, terminal.stderr, flags);
    const what = `${counts.policies} policies and ${counts.links} links of revision ${revision}`;
    terminal.stderr.write(`${bold(what)}\n${files.map((file) => dim(`written to ${printable(file)}\n`)).join('')}`);
  }
  return EXIT.ok;
}

/** @returns the files that were written */
async function write(terminal: Terminal, content: PolicySet, flags: ExportFlags): Promise<readonly string[]> {
  const { out, format = documentFormat(out) } = flags;
  // A document may always call them.
  const { functions } = (await loadDocumentReading(terminal, flags)).parse;
  const style = { format, functions, hint: 'write a directory, --out name/' };
  if (out.endsWith('/')) return writeParts(resolve(terminal.cwd, out), out, content, style);
  const text = documentText(content, style);
  if (out === STDIN) await writeText(terminal, terminal.stdout, text);
  else await writeAtomically(resolve(terminal.cwd, out), text);
  return [out];
}
