import type { Batch } from '../stored/backend.ts';

/** What a batch does as a list of texts, which the script that commits reads from beginning to end. */
export function batchValues(batch: Batch): readonly string[] {
  return [
    ...batch.deletes.flatMap(({ uid, seq }) => ['delete', JSON.stringify(uid), String(seq)]),
    ...batch.unlinks.flatMap(({ template, text }) => ['unlink', JSON.stringify(template), text]),
    ...batch.puts.flatMap(({ uid, seq, document, isTemplate, keys }) => {
      const stored = JSON.stringify(uid);
      return ['put', stored, String(seq), `${isTemplate ? 't' : 'p'}${stored}\n${document}`, keys.join('')];
    }),
    ...batch.links.flatMap(({ seq, text, key }) => ['link', String(seq), text, key]),
    ...(batch.forgetsShapes ? ['forget'] : []),
    ...batch.shapes.flatMap((shape) => ['shape', shape]),
    ...batch.changes.flatMap((change) => ['change', change]),
  ];
}

/** Cuts values into pieces that a command can carry, each of one value at least. */
export function piecesOf(values: readonly string[], { count, length }: PieceSize): readonly (readonly string[])[] {
  const pieces: string[][] = [];
  let last: string[] = [];
  let lastLength = 0;
  for (const value of values) {
    if (last.length === 0 || last.length >= count || lastLength + value.length > length) {
      last = [];
      lastLength = 0;
      pieces.push(last);
    }
    last.push(value);
    lastLength += value.length;
  }
  return pieces;
}

/** How large a piece may be; a value that is longer is one by itself. */
interface PieceSize {
  /** Values. */
  readonly count: number;
  /** UTF-16 units of all values together. */
  readonly length: number;
}
