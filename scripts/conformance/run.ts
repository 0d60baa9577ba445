/** Replays recorded vectors through the public API: `npm run -s conformance -- (vakt|statements) DIR`. */
import { replayStatements } from './statements/replay.ts';
import { replayVakt } from './vakt/replay.ts';

/** What came of a replay: a report, and how much of it failed. */
interface Replay {
  readonly lines: readonly string[];
  readonly failed: number;
}

const SUITES = new Map<string, (folder: string) => Promise<Replay>>([
  ['vakt', replayVakt],
  ['statements', replayStatements],
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
