import { policySchema } from 'cardea/document';
import { Argument, Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { writeText } from '../output.ts';
import type { Finish } from '../program.ts';
import { loadServer } from '../serve/load-server.ts';
import type { Terminal } from '../terminal.ts';

/** `cardea schema`: the JSON Schema of documents, for editors. */
export function schemaCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('schema')
    .description('print the JSON Schema of policy documents, or of the configuration of cardea serve')
    .addArgument(new Argument('[of]', 'what the schema is of').choices(['policies', 'config']).default('policies'))
    .option('--json', 'accepted for uniformity: a schema is JSON')
    .addHelpText('after', HELP)
    .action(async (of: 'policies' | 'config') => {
      const schema = of === 'config' ? (await loadServer()).configSchema : policySchema;
      await writeText(terminal, terminal.stdout, `${JSON.stringify(schema, null, 2)}\n`);
      finish(EXIT.ok);
    });
}

const HELP = `
Examples:
  cardea schema > policy.schema.json
  cardea schema config > server-config.schema.json
  # then, as the first line of a document, for editors with a YAML language server:
  # yaml-language-server: $schema=./policy.schema.json`;
