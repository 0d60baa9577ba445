/** Replays recorded vectors through the public API: `npm run -s conformance -- (vakt|casbin) DIR`. */
import * as casbin from '@cardea/casbin';
import { replayCasbin } from './casbin/replay.ts';
import type { Replay } from './replay-folder.ts';
import { replayVakt } from './vakt/replay.ts';

const SUITES: ReadonlyMap<string, (folder: string) => Promise<Replay>> = new Map([
  ['vakt', replayVakt],
  ['casbin', (folder: string) => replayCasbin(folder, casbin)],
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
