import { isScalar } from '../ast/json.ts';
import { isAttributes } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';

/**
 * Reads an inquiry of the usual kind, in a fraction of the time that `parseInquiry` takes: scalars, and small
 * dictionaries, entities and lists of them.
 *
 * INVARIANT quick-reading-is-reading: what this gives is what `parseInquiry` gives. As there, every part of the
 * input is read once and the copy shares nothing with it; but it is not frozen, so only the library may see it.
 *
 * @returns undefined where the inquiry is of another kind, or wrong: `parseInquiry` tells which
 * @throws whatever a getter or a proxy throws
 */
export function quickInquiry(input: unknown): Inquiry | undefined {
  if (!isPlain(input)) return undefined;
  // Much quicker than member by member, and it reads each once.
  const inquiry: Members = { ...input };
  for (const name in inquiry) {
    const member = inquiry[name];
    if (name !== 'subject' && name !== 'action' && name !== 'resource' && name !== 'context') return undefined;
    const copied = name === 'context' ? copyMembers(member, LEVELS) : copyPart(member, LEVELS);
    if (copied === undefined || !Object.hasOwn(inquiry, name)) return undefined;
    if (copied !== member) inquiry[name] = copied;
  }
  return inquiry;
}

/** Of lists and dictionaries within each other. */
const LEVELS = 3;

/** Items or members of one of them. Together with the levels it bounds what a part that stands in many places costs. */
const MOST = 50;

type Members = Record<string, unknown>;

function copyPart(part: unknown, levels: number): unknown {
  if (isScalar(part)) return part;
  if (levels === 0) return undefined;
  return Array.isArray(part) ? copyItems(part, levels) : copyMembers(part, levels);
}

function copyMembers(given: unknown, levels: number): Members | undefined {
  if (!isPlain(given)) return undefined;
  const members: Members = { ...given };
  // Of symbols the brand alone is read, and it may be one that is not copied.
  if (isAttributes(given) && !isAttributes(members)) return undefined;
  let left = MOST;
  for (const name in members) {
    const member = members[name];
    if (left-- === 0) return undefined;
    // Most are: not worth a call.
    if (typeof member === 'string' || isScalar(member)) continue;
    const copied = copyPart(member, levels - 1);
    // What somebody put on the prototype of all objects is no member.
    if (copied === undefined || !Object.hasOwn(members, name)) return undefined;
    members[name] = copied;
  }
  return members;
}

function copyItems(given: readonly unknown[], levels: number): readonly unknown[] | undefined {
  const { length } = given;
  if (length > MOST) return undefined;
  const items: unknown[] = [];
  for (let at = 0; at < length; at++) {
    const copied = copyPart(given[at], levels - 1);
    if (copied === undefined) return undefined;
    items.push(copied);
  }
  return items;
}

/** An object of this realm that is made of members only; others are rare, and left to whoever reads with care. */
function isPlain(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
