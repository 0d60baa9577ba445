import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Tally } from './tally.ts';
import type { Case } from './verdict.ts';

/** A file of a folder, by name, and what replays it. */
export type ReplayedFile = readonly [name: string, replay: (file: string) => AsyncIterable<Case>];

/** What came of replaying a folder. */
export interface Replay {
  /** The report, line by line. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
  /** For each file that was there, its cases and how many of them differ on purpose. */
  readonly files: ReadonlyMap<string, { readonly cases: number; readonly quirks: number }>;
}

/**
 * Replays what a folder holds of these files; those that are not there are said to be missing, and a folder with none
 * of them fails.
 *
 * @param quirks the deliberate differences by number, with what tells each
 */
export async function replayFolder(
  folder: string,
  files: readonly ReplayedFile[],
  quirks: Readonly<Record<string, string>> = {},
): Promise<Replay> {
  const lines: string[] = [];
  const tallies = new Map<string, Tally>();
  for (const [name, replay] of files) {
    const file = join(folder, name);
    if (!existsSync(file)) {
      lines.push(`${name}: not there`);
      continue;
    }
    const tally = new Tally();
    for await (const each of replay(file)) tally.add(each);
    tallies.set(name, tally);
    lines.push(...tally.report(name));
  }
  const all = [...tallies.values()];
  if (all.length === 0) lines.push(`nothing to replay in ${folder}`);
  const met = new Set(all.flatMap((tally) => [...tally.quirks.keys()]));
  for (const [id, when] of Object.entries(quirks)) if (met.has(id)) lines.push(`${id}: ${when}`);
  const passed = all.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = all.reduce((sum, tally) => sum + tally.failed, 0) + (all.length === 0 ? 1 : 0);
  lines.push(`${passed} passed, ${failed} failed`);
  return {
    lines,
    passed,
    failed,
    files: new Map([...tallies].map(([name, tally]) => [name, { cases: tally.cases, quirks: tally.excused }])),
  };
}
