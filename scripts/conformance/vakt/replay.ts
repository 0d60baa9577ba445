import { type Replay, type ReplayedFile, replayFolder } from '../replay-folder.ts';
import { replayDecisions } from './decisions.ts';
import { replayJson } from './json.ts';
import { replayParser } from './parser.ts';
import { QUIRKS } from './quirks.ts';
import { replayRules } from './rules.ts';

const FILES: readonly ReplayedFile[] = [
  ['rules.jsonl', replayRules],
  ['decisions.jsonl', replayDecisions],
  ['parser.jsonl', replayParser],
  ['json.jsonl', replayJson],
];

/** Replays what a folder holds of recorded decisions of vakt. */
export function replayVakt(folder: string): Promise<Replay> {
  return replayFolder(folder, FILES, QUIRKS);
}
