import { type LoadedIndex, loadIndex } from '../load-index.ts';
import { sparse } from './w4.ts';

let last: { readonly n: number; readonly loaded: LoadedIndex } | undefined;

/** The index over the sparse policies of W4, which W8 and W9 use too: loading a million takes a while. */
export async function sparseIndex(n: number): Promise<LoadedIndex> {
  if (last?.n !== n) {
    last = undefined;
    last = { n, loaded: await loadIndex(sparse, n) };
  }
  return last.loaded;
}
