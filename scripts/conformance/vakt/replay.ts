import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { replayDecisions } from './decisions.ts';
import { replayJson } from './json.ts';
import { replayParser } from './parser.ts';
import { QUIRKS } from './quirks.ts';
import { replayRules } from './rules.ts';
import { Tally } from './tally.ts';
import type { Case } from './verdict.ts';

/** What came of replaying a folder. */
export interface Replay {
  /** The report, line by line. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
  /** For each file that was there, its cases and how many of them differ on purpose. */
  readonly files: ReadonlyMap<string, { readonly cases: number; readonly quirks: number }>;
}

const FILES: readonly (readonly [string, (file: string) => AsyncIterable<Case>])[] = [
  ['rules.jsonl', replayRules],
  ['decisions.jsonl', replayDecisions],
  ['parser.jsonl', replayParser],
  ['json.jsonl', replayJson],
];

/** Replays what a folder holds of recorded decisions of vakt. Files that are not there are said to be missing. */
export async function replayVakt(folder: string): Promise<Replay> {
  const lines: string[] = [];
  const tallies = new Map<string, Tally>();
  for (const [name, replay] of FILES) {
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
  const quirks = new Set(all.flatMap(({ quirks }) => [...quirks.keys()]));
  for (const [id, when] of Object.entries(QUIRKS))
    if (quirks.has(id as keyof typeof QUIRKS)) lines.push(`${id}: ${when}`);
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
