import { CATEGORIES, type Operand } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import { invalidSnapshot } from './binary.ts';
import type { Slot } from './slot.ts';

// Readers of what snapshots hold as JSON. Each throws a CardeaError `CARDEA_INVALID_SNAPSHOT` for anything else.

export function readList(json: Json | undefined): readonly Json[] {
  if (!Array.isArray(json)) throw invalidSnapshot('a list is missing');
  return json as readonly Json[];
}

export function readObject(json: Json | undefined): JsonObject {
  if (!isJsonObject(json)) throw invalidSnapshot('an object is missing');
  return json;
}

/** A count or a length: a safe integer, 0 at least. */
export function readCount(json: Json | undefined): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 0) throw invalidSnapshot('a number is missing');
  return json;
}

/** An operand that depends on the inquiry alone. */
export function readOperand(json: Json | undefined): Operand {
  const { kind, of, path, fn, args, value } = readObject(json);
  const category = CATEGORIES.find((known) => known === of);
  if (kind === 'attr' && category !== undefined) return { kind, of: category, path: readPath(path) };
  if (kind === 'call' && typeof fn === 'string') return { kind, fn, args: readList(args).map(readOperand) };
  if (kind === 'value' && value !== undefined) return { kind, value };
  throw invalidSnapshot('an operand is of no kind that is known');
}

export function readSlot(json: Json | undefined): Slot {
  const { kind, of: data, path, length, family, bits, level } = readObject(json);
  const of = readOperand(data);
  if (kind === 'value') return { kind, of };
  if (kind === 'member') return { kind, of, path: readPath(path) };
  if (kind === 'prefix' || kind === 'suffix') return { kind, of, length: readCount(length) };
  if (kind === 'network' && (family === 4 || family === 6)) return { kind, of, family, bits: readCount(bits) };
  if (kind === 'range' && typeof level === 'number') return { kind, of, level };
  throw invalidSnapshot('a slot is of no kind that is known');
}

function readPath(json: Json | undefined): readonly string[] {
  const path = readList(json);
  if (!path.every((member) => typeof member === 'string'))
    throw invalidSnapshot('a path is of other things than names');
  return path;
}
