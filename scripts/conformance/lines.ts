import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type LosslessJson, parseLosslessJson } from 'cardea/vakt';

/** A line of a file of vectors: what it says, and the same without loss (order of members, `1.0`, large integers). */
export interface Line<T> {
  readonly number: number;
  readonly json: T;
  /** A member, or an item of one, without loss. */
  readonly lossless: (...path: readonly (string | number)[]) => LosslessJson;
}

/** Reads a file of JSON lines; nothing where there is no such file. */
export async function* readLines<T>(file: string): AsyncIterable<Line<T>> {
  let number = 0;
  for await (const text of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number++;
    if (text.trim() === '') continue;
    let root: LosslessJson | undefined;
    const lossless = (...path: readonly (string | number)[]): LosslessJson => {
      root ??= parseLosslessJson(text);
      return path.reduce<LosslessJson>(member, root);
    };
    yield { number, json: JSON.parse(text) as T, lossless };
  }
}

function member(value: LosslessJson, key: string | number): LosslessJson {
  if (typeof key === 'number') return (value as readonly LosslessJson[])[key] ?? null;
  return (value as ReadonlyMap<string, LosslessJson>).get(key) ?? null;
}
