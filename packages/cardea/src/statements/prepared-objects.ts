import { isScalar, type Json, type JsonObject } from '../ast/json.ts';
import { attributes } from '../model/entity.ts';
import { isPrepared, markPrepared } from '../model/prepared.ts';
import { copyJson } from '../syntax/copy-json.ts';
import { rootPlace } from '../syntax/issue-collector.ts';

/**
 * Objects as a guard reads them, each copied once: whatever was derived from it, its document for one, is found again by
 * the identity of the object. An object that is changed afterwards must be forgotten.
 */
export class PreparedObjects {
  #copies = new WeakMap<object, unknown>();
  readonly #copy: (object: object) => object | undefined;

  /** @param options.plain whether members called `type` and `id` are attributes, and never make an entity */
  constructor({ plain }: { readonly plain: boolean }) {
    this.#copy = plain ? plainCopy : frozenCopy;
  }

  /** What stands for an object in an inquiry; the object itself where it is no JSON, so that the guard says why. */
  of(object: object): unknown {
    if (isPrepared(object)) return object;
    const known = this.#copies.get(object);
    if (known !== undefined) return known;
    const copy = this.#copy(object);
    if (copy === undefined) return object;
    this.#copies.set(object, copy);
    return copy;
  }

  forget(object: object): void {
    this.#copies.delete(object);
  }

  clear(): void {
    this.#copies = new WeakMap();
  }
}

function plainCopy(object: object): object | undefined {
  const flat = flatCopy(object);
  if (flat !== undefined) return flat;
  const copy = copied(object);
  if (copy === undefined) return undefined;
  // A list has no name that would have to be kept from being read.
  return markPrepared(Array.isArray(copy) ? copy : Object.freeze(attributes(copy as JsonObject)));
}

/** Rows are flat, and many: the copy itself is looked at, a tenth of the work of copying with care. */
function flatCopy(object: object): object | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  try {
    const copy = attributes(object as JsonObject);
    for (const name in copy) if (!isScalar(copy[name])) return undefined;
    return markPrepared(Object.freeze(copy));
  } catch {
    // A getter threw; it will again, where somebody is told.
    return undefined;
  }
}

function frozenCopy(object: object): object | undefined {
  const copy = copied(object);
  return copy && markPrepared(copy);
}

function copied(object: object): object | undefined {
  const place = rootPlace();
  try {
    const copy = copyJson(object, place, { code: 'CARDEA_INVALID_INQUIRY', undefinedMembers: 'absent' });
    return place.issues.length === 0 ? (copy as Json & object) : undefined;
  } catch {
    // A getter threw; it will again, where somebody is told.
    return undefined;
  }
}
