/** Replays recorded vectors through the public API: `npm run -s conformance -- vakt DIR`. */
import { replayVakt } from './vakt/replay.ts';

const SUITES: ReadonlyMap<string, (folder: string) => Promise<readonly string[]>> = new Map([['vakt', replayAndPrint]]);

const [suite = '', folder] = process.argv.slice(2);
const run = SUITES.get(suite);
if (run === undefined || folder === undefined) {
  console.error(`usage: npm run -s conformance -- (${[...SUITES.keys()].join('|')}) DIR`);
  process.exitCode = 2;
} else {
  for (const line of await run(folder)) console.log(line);
}

async function replayAndPrint(path: string): Promise<readonly string[]> {
  const { lines, failed } = await replayVakt(path);
  process.exitCode = failed === 0 ? 0 : 1;
  return lines;
}
