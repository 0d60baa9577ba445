import { policySchema } from 'cardea/document';
import { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';

/** `cardea schema`: the JSON Schema of policy documents, for editors. */
export function schemaCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('schema')
    .description('print the JSON Schema of policy documents')
    .option('--json', 'accepted for uniformity: a schema is JSON')
    .addHelpText('after', HELP)
    .action(async () => {
      await writeText(terminal, terminal.stdout, `${JSON.stringify(policySchema, null, 2)}\n`);
      finish(EXIT.ok);
    });
}

const HELP = `
Examples:
  cardea schema > policy.schema.json
  # then, as the first line of a document, for editors with a YAML language server:
  # yaml-language-server: $schema=./policy.schema.json`;
