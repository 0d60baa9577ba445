/** Replays recorded vectors through the public API: `npm run -s conformance -- SUITE DIR`. */
import * as casbin from '@cardea/casbin';
import { replayAuthzen } from './authzen/replay.ts';
import { replayCasbin } from './casbin/replay.ts';
import { replayStatements } from './statements/replay.ts';
import { replayVakt } from './vakt/replay.ts';

interface Replayed {
  /** The report, line by line. */
  readonly lines: readonly string[];
  readonly failed: number;
}

const SUITES: ReadonlyMap<string, (folder: string) => Promise<Replayed>> = new Map<
  string,
  (folder: string) => Promise<Replayed>
>([
  ['authzen', replayAuthzen],
  ['casbin', (folder: string) => replayCasbin(folder, casbin)],
  ['statements', replayStatements],
  ['vakt', replayVakt],
]);

const [suite = '', folder] = process.argv.slice(2);
const run = SUITES.get(suite);
if (run === undefined || folder === undefined) {
  console.error(`usage: npm run -s conformance -- (${[...SUITES.keys()].join('|')}) DIR`);
  process.exitCode = 2;
} else {
  const { lines, failed } = await run(folder);
  for (const line of lines) console.log(line);
  process.exitCode = failed === 0 ? 0 : 1;
}
