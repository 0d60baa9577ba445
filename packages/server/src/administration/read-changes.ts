import type { Json, JsonObject, PolicyChange } from 'cardea';
import { isJsonObject } from 'cardea/ast';
import { member } from '../authzen/read-parts.ts';
import { RequestError } from '../http/request-error.ts';

/** Where each type of change says of what it is. */
const NAMED_BY: Readonly<Record<PolicyChange['type'], readonly string[]>> = {
  add: ['policy', 'uid'],
  update: ['policy', 'uid'],
  delete: ['uid'],
  link: ['link', 'template'],
  unlink: ['link', 'template'],
};

/**
 * The changes of a body, as far as must be known to write down what is about to be done; whether they are valid, the
 * storage says.
 *
 * @throws RequestError 400 that names the change which is none
 */
export function readChanges(body: JsonObject): readonly PolicyChange[] {
  const changes = member(body, 'changes');
  if (!Array.isArray(changes)) throw new RequestError(400, '`changes` is not a list');
  (changes as readonly Json[]).forEach(requireNamed);
  return changes as readonly PolicyChange[];
}

function requireNamed(change: Json, at: number): void {
  const type = isJsonObject(change) ? member(change, 'type') : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(NAMED_BY, type))
    throw new RequestError(400, `\`changes[${at}].type\` is none of ${Object.keys(NAMED_BY).join(', ')}`);
  const path = NAMED_BY[type as PolicyChange['type']];
  let value: Json | undefined = change;
  for (const name of path) value = value !== undefined && isJsonObject(value) ? member(value, name) : undefined;
  if (typeof value !== 'string') throw new RequestError(400, `\`changes[${at}].${path.join('.')}\` is not a string`);
}
