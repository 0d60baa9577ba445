import { value } from '../ast/build.ts';
import type { Category, Operand } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { quote } from '../errors.ts';
import { inside, type Place, report } from './issue-collector.ts';
import { describe, isPlainObject } from './plain-object.ts';
import type { RulePlace } from './rule-place.ts';
import { refuseSlot } from './slot.ts';

/**
 * Lowers an argument of a rule: a literal, `{ $value: literal }`, or a reference to an attribute such as
 * `{ $subject: 'name' }` or `{ $resource: ['owner', 'id'] }`.
 *
 * @returns undefined when the argument was reported as wrong
 */
export function lowerArgument(argument: unknown, place: RulePlace): Operand | undefined {
  const marker = isPlainObject(argument) ? Object.keys(argument).find((key) => key.startsWith('$')) : undefined;
  if (marker === undefined) return value(argument as Json);
  const reference = argument as Readonly<Record<string, unknown>>;
  if (Object.keys(reference).length > 1)
    return wrong(
      place,
      `${quote(marker)} cannot stand beside other members; write { $value: … } for a literal with such members`,
    );
  if (marker === '$value') return value(reference[marker] as Json);
  if (marker === '$slot') return refuseSlot(reference[marker], place);
  const category = REFERENCES.get(marker);
  if (category === undefined)
    return wrong(
      place,
      `${quote(marker)} is no reference to an attribute; write { $value: … } for a literal with such members`,
    );
  return lowerReference(category, reference[marker], inside(place, marker));
}

/** Whether an argument is written like a reference to an attribute. */
export function isReference(argument: unknown): boolean {
  return isPlainObject(argument) && Object.keys(argument).some(isReferenceName);
}

/** Whether a member of this name makes a reference. */
export function isReferenceName(name: string): boolean {
  return REFERENCES.has(name);
}

/**
 * Lowers the name of an attribute: a string for one name, a list of strings for nested ones.
 */
export function lowerReference(category: Category, path: unknown, place: Place): Operand | undefined {
  const names: unknown = typeof path === 'string' ? [path] : path;
  if (isNames(names)) return { kind: 'attr', of: category, path: names };
  return wrong(place, `an attribute is named by a string or a list of strings, not a ${describe(path)}`);
}

const REFERENCES: ReadonlyMap<string, Category> = new Map([
  ['$subject', 'subject'],
  ['$action', 'action'],
  ['$resource', 'resource'],
  ['$context', 'context'],
]);

function isNames(path: unknown): path is readonly string[] {
  return Array.isArray(path) && path.every((part) => typeof part === 'string');
}

function wrong(place: Place, message: string): undefined {
  report(place, 'CARDEA_INVALID_RULE', message);
  return undefined;
}
