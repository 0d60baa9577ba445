import type { Json } from 'cardea';
import { isJsonObject } from 'cardea/ast';

/** A JSON Merge Patch (RFC 7396): members of the patch replace those of the target, and null takes one away. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(Object.entries(target !== undefined && isJsonObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // Made from entries, so that a member `__proto__` stays a member.
  return Object.fromEntries(merged);
}
