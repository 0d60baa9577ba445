import type { SharedIndex } from 'cardea/engine';

type Tables = SharedIndex['arrays'];
type TableName = keyof Tables;

/** An index as it is posted to a thread that has most of its arrays already. */
export interface IndexParcel {
  readonly json: SharedIndex['json'];
  /** The arrays of each table, by the numbers that sender and receiver know them by. */
  readonly tables: Readonly<Record<TableName, Int32Array>>;
  /** Those that the receiver does not have, and their numbers. */
  readonly arrays: readonly Int32Array[];
  readonly numbers: Int32Array;
}

/**
 * Packs indexes for one receiver. A change of the policies replaces some arrays of some thousands: to post the others, or
 * to post what is the same memory, would take longer than the change.
 */
export class IndexPacker {
  #known = new Map<Int32Array, number>();
  #next = 0;

  pack({ json, arrays }: SharedIndex): IndexParcel {
    const known = new Map<Int32Array, number>();
    const news: Int32Array[] = [];
    const numbers: number[] = [];
    const numberOf = (array: Int32Array): number => {
      const number = this.#known.get(array) ?? known.get(array) ?? this.#next;
      if (number === this.#next) {
        this.#next += 1;
        news.push(array);
        numbers.push(number);
      }
      known.set(array, number);
      return number;
    };
    const tables = Object.fromEntries(
      Object.entries(arrays).map(([name, table]) => [name, Int32Array.from(table, numberOf)]),
    ) as unknown as IndexParcel['tables'];
    // What is not in use any more, the receiver forgets too.
    this.#known = known;
    return { json, tables, arrays: news, numbers: Int32Array.from(numbers) };
  }
}

/** Unpacks what one {@link IndexPacker} packed, all of it and in its order. */
export class IndexUnpacker {
  #known = new Map<number, Int32Array>();

  unpack({ json, tables, arrays, numbers }: IndexParcel): SharedIndex {
    const known = this.#known;
    for (const [at, array] of arrays.entries()) known.set(numbers[at] as number, array);
    const inUse = new Map<number, Int32Array>();
    const whole = Object.entries(tables).map(([name, table]) => {
      const found = Array.from(table, (number) => {
        const array = known.get(number);
        if (array === undefined) throw new Error('a parcel of an index names an array that never came');
        inUse.set(number, array);
        return array;
      });
      return [name, found] as const;
    });
    this.#known = inUse;
    return { json, arrays: Object.fromEntries(whole) as unknown as Tables };
  }
}
