import { BSON } from 'mongodb';
import type { LosslessJson } from '../src/syntax/vakt/index.ts';

type Members = ReadonlyMap<string, LosslessJson>;

/** A value without loss as the driver writes it, integers as pymongo does. */
export function forDriver(value: LosslessJson): unknown {
  if (typeof value === 'bigint')
    return BigInt.asIntN(32, value) === value ? new BSON.Int32(Number(value)) : BSON.Long.fromBigInt(value);
  if (typeof value === 'number') return new BSON.Double(value);
  if (value instanceof Map) return new Map(Array.from(value as Members, ([name, member]) => [name, forDriver(member)]));
  return Array.isArray(value) ? (value as readonly LosslessJson[]).map(forDriver) : value;
}
