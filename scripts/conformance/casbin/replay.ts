import { type Replay, replayFolder } from '../replay-folder.ts';
import type { CasbinLibrary } from './library.ts';
import { replaySequences } from './sequences.ts';
import { replayVectors } from './vectors.ts';

/** Replays what a folder holds of recorded answers of casbin, asking the library that is given. */
export function replayCasbin(folder: string, library: CasbinLibrary): Promise<Replay> {
  return replayFolder(folder, [
    ['vectors.jsonl', replayVectors(library)],
    ['sequences.jsonl', replaySequences(library)],
  ]);
}
