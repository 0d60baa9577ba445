import { printable } from 'cardea';
import { Command } from 'commander';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { loadServer } from '../serve/load-server.ts';
import { readServeConfig } from '../serve/read-serve-config.ts';
import { type RunningServer, runServer } from '../serve/run-server.ts';
import { addServeOptions, type ServeFlags } from '../serve/serve-flags.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends ServeFlags {
  readonly color: boolean;
}

/** `cardea serve`: a decision point over HTTP. */
export function serveCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('serve').description('answer over HTTP, as OpenID AuthZEN 1.0 describes it');
  return addServeOptions(command)
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      await serve(terminal, self.optsWithGlobals<Flags>());
      finish(EXIT.ok, 'when interrupted');
    });
}

const HELP = `
Needs the package @cardea/server. A flag counts before a variable of the environment
(CARDEA_LISTEN__PORT for listen.port), and that before the file; cardea schema config prints the
schema of the file. Where nothing names policies, they are in cardea.db, which the folder
policies fills. SIGTERM and the first SIGINT end the server when everybody is answered.
Exit code: 0 ended by a signal, 2 error.

Examples:
  cardea serve --policies policies --entities entities.yaml
  cardea serve --store policies.db --api-keys keys.json --host 0.0.0.0
  cardea serve --config cardea.yaml --set limits.pageSize=50`;

async function serve(terminal: Terminal, flags: Flags): Promise<void> {
  const server = await loadServer();
  const config = await readServeConfig(terminal, flags, server);
  await runServer(terminal, config, server, async (running) => {
    if (flags.json === true) await writeJson(terminal, running);
    else await writeLines(terminal, runningLines(running, coloursFor(terminal, terminal.stdout, flags)));
  });
}

function runningLines({ url, policies, isAsking }: RunningServer, { green, bold, dim }: Colours): readonly string[] {
  const callers = isAsking ? 'say who they are' : 'are not asked who they are: only this machine reaches the server';
  const credentials = isAsking ? ' -H "authorization: Bearer $CARDEA_KEY"' : '';
  return [
    `${green('✓')} listening on ${bold(url)}`,
    `  policies  ${printable(policies)}`,
    `  callers   ${callers}`,
    dim('try it:'),
    `  curl -s ${url}/access/v1/evaluation -H 'content-type: application/json'${credentials} -d '${EXAMPLE}'`,
  ];
}

const EXAMPLE = JSON.stringify({
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: '1' },
});
