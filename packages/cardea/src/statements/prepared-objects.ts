import { isScalar, type Json, type JsonObject } from '../ast/json.ts';
import { attributes } from '../model/entity.ts';
import { objectNotes } from '../model/object-notes.ts';
import { markPrepared } from '../model/prepared.ts';
import { copyJson } from '../syntax/copy-json.ts';
import { rootPlace } from '../syntax/issue-collector.ts';

/**
 * Objects as the resources of inquiries, each copied once: whatever was derived from it, its document for one, is found
 * again by the identity of the object. An object that is changed afterwards must be forgotten.
 */
export const preparedObjects = {
  /**
   * What stands for an object in an inquiry: members called `type` and `id` are attributes, and never make an entity. The
   * object itself where it is no JSON, so that the guard says why.
   */
  of: (object: object): object => {
    const known = COPIES.get(object);
    if (known !== undefined) return known;
    const copy = plainCopy(object);
    if (copy === undefined) return object;
    COPIES.set(object, copy);
    return copy;
  },

  forget: (object: object): void => COPIES.set(object, undefined),
} as const;

const COPIES = objectNotes<object>();

/**
 * A copy that guards need not copy again, frozen below itself: notes are put on it. The value itself where it is no JSON, so
 * that the guard says why.
 */
export function preparedCopy<T extends object>(value: T): T {
  const copy = copied(value);
  if (copy === undefined) return value;
  return markPrepared(Array.isArray(copy) ? (copy as T) : { ...(copy as T) });
}

function plainCopy(object: object): object | undefined {
  const flat = flatCopy(object);
  if (flat !== undefined) return flat;
  const copy = copied(object);
  if (copy === undefined) return undefined;
  // A list has no name that would have to be kept from being read.
  return markPrepared(Array.isArray(copy) ? copy : Object.freeze(attributes(copy as JsonObject)));
}

/**
 * Rows are flat, and many: the copy itself is looked at, a tenth of the work of copying with care. It is not frozen, which
 * takes as long as copying: a guard gives those who could change it, such as sinks, a copy of their own.
 */
function flatCopy(object: object): object | undefined {
  try {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) return undefined;
    const copy = attributes(object as JsonObject);
    for (const name in copy) if (!isScalar(copy[name])) return undefined;
    return markPrepared(copy);
  } catch {
    // A getter or a proxy threw; it will again, where somebody is told.
    return undefined;
  }
}

function copied(object: object): object | undefined {
  const place = rootPlace();
  try {
    const copy = copyJson(object, place, { code: 'CARDEA_INVALID_INQUIRY', undefinedMembers: 'absent' });
    return place.issues.length === 0 ? (copy as Json & object) : undefined;
  } catch {
    // As above.
    return undefined;
  }
}
