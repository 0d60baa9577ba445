import type { Json, JsonObject } from 'cardea';
import { RequestError } from './request-error.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a body as I-JSON (RFC 7493): UTF-8 without lone surrogates, numbers that a double can hold, and no member name
 * twice, which `JSON.parse` alone would settle silently, and otherwise than the parser of a gateway before it.
 *
 * @param maxDepth how deep lists and dictionaries may be nested
 * @throws RequestError 400 that says what is wrong, without what was sent
 */
export function readStrictJson(body: Uint8Array, maxDepth: number): Json {
  if (body.length === 0) throw new RequestError(400, 'the body is empty');
  const text = decode(body);
  const value = parse(text);
  // Only an escape can be half a pair, of which there is none in UTF-8.
  const found: Measured = { members: 0, hasLarge: false, mayBeHalved: text.includes('\\u') };
  measure(value, maxDepth, found);
  // Every member in the text is one of the value, unless a later one of the same name replaced it.
  if (found.members !== countMembers(body))
    throw new RequestError(400, 'the body has a member name twice in one object');
  if (found.hasLarge && hasRounded(text))
    throw new RequestError(400, 'the body has a whole number beyond 2^53 - 1: write it as a string');
  return value;
}

function decode(body: Uint8Array): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw new RequestError(400, 'the body is not UTF-8');
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new RequestError(400, 'the body is not JSON');
  }
}

interface Measured {
  /** How many members all dictionaries have. */
  members: number;
  /** Whether there is a number beyond the whole numbers that a double tells apart. */
  hasLarge: boolean;
  /** Whether a text may have half a surrogate pair. */
  readonly mayBeHalved: boolean;
}

function measure(value: Json, depth: number, found: Measured): void {
  if (typeof value === 'string') {
    if (found.mayBeHalved) requireWellFormed(value);
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RequestError(400, 'the body has a number that is too large');
    found.hasLarge ||= Math.abs(value) > Number.MAX_SAFE_INTEGER;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw new RequestError(400, 'the body is nested too deeply');
  if (Array.isArray(value)) return measureAll(value as readonly Json[], depth - 1, found);
  if (found.mayBeHalved) Object.keys(value).forEach(requireWellFormed);
  const members = Object.values(value as JsonObject);
  found.members += members.length;
  measureAll(members, depth - 1, found);
}

function measureAll(values: readonly Json[], depth: number, found: Measured): void {
  for (const value of values) measure(value, depth, found);
}

function requireWellFormed(text: string): void {
  if (!text.isWellFormed()) throw new RequestError(400, 'the body has half a surrogate pair');
}

/** How many members the dictionaries of JSON have: as many as colons outside of texts. */
function countMembers(body: Uint8Array): number {
  let members = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === COLON) members += 1;
    // No byte of a longer character is that of a quote or a backslash.
    else if (byte === QUOTE) at = endOfText(body, at);
  }
  return members;
}

/** Where the closing quote of a text is. */
function endOfText(body: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Whether a text that is JSON has a whole number with so many digits that a double cannot hold them all, as no document may. */
function hasRounded(text: string): boolean {
  const outside = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '""');
  const literals = outside.match(/-?\d[\d.eE+-]*/g) ?? [];
  return literals.some((literal) => /^-?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal)));
}
