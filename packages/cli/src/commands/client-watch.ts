import { setTimeout as sleep } from 'node:timers/promises';
import { type DecisionClient, isClientError, type Readiness } from '@cardea/client';
import { Command, Option } from 'commander';
import { addClientOptions, askClient, type Call, type ClientFlags } from '../client/ask.ts';
import { type Colours, coloursFor } from '../colours.ts';
import { EXIT } from '../exit-code.ts';
import { parseCount, parsePositive } from '../option-values.ts';
import { writeJson, writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface WatchFlags extends ClientFlags {
  readonly interval: number;
  readonly until?: number;
  readonly json?: boolean;
  readonly color: boolean;
}

/** How a decision point is, or why it does not say. */
interface State {
  readonly ready: boolean;
  readonly revision?: number;
  readonly failure?: string;
}

/** `cardea client watch`: tells whenever the policies of a decision point change, or whether it should be asked. */
export function clientWatchCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('watch').description('tell when its policies change, or it is not ready');
  return addClientOptions(command)
    .addOption(
      new Option('--interval <ms>', 'how often to look, in milliseconds').argParser(parsePositive).default(1000),
    )
    .addOption(new Option('--until <revision>', 'end when it is ready at this revision or later').argParser(parseCount))
    .option('--json', 'a line in JSON for each change, for programs')
    .addHelpText('after', HELP)
    .action(async (_options: unknown, self: Command) => {
      await watch(terminal, self.optsWithGlobals<WatchFlags>());
      finish(EXIT.ok);
    });
}

const HELP = `
Looks at /health/ready, which needs no key, until it is interrupted. A change between two looks
is told with those after it.

Examples:
  cardea client watch --url http://127.0.0.1:8080
  cardea client watch --until 8 && echo 'the change has arrived'`;

async function watch(terminal: Terminal, flags: WatchFlags): Promise<void> {
  const { interval, until } = flags;
  const colours = coloursFor(terminal, terminal.stdout, flags);
  await askClient(terminal, flags, async (client, call) => {
    let told = '';
    for (;;) {
      const state = await look(client, call);
      const line = flags.json === true ? JSON.stringify(state) : stateLine(state, colours);
      if (line !== told) await (flags.json === true ? writeJson(terminal, state) : writeLines(terminal, [line]));
      told = line;
      if (until !== undefined && state.ready && (state.revision ?? -1) >= until) return;
      await sleep(interval, undefined, { signal: call.signal });
    }
  });
}

/** That it cannot be reached is what is watched for, too. */
async function look(client: DecisionClient, call: Call): Promise<State> {
  try {
    return stateOf(await client.readiness(call));
  } catch (error) {
    call.signal.throwIfAborted();
    if (!isClientError(error)) throw error;
    return { ready: false, failure: error.message };
  }
}

function stateOf({ ready, revision }: Readiness): State {
  return { ready, ...(revision !== undefined && { revision }) };
}

function stateLine({ ready, revision, failure }: State, colours: Colours): string {
  const at = revision === undefined ? '' : ` at revision ${revision}`;
  const why = failure === undefined ? '' : `: ${failure}`;
  return ready ? colours.green(`✓ ready${at}`) : colours.red(`✗ not ready${at}${why}`);
}
