import { isScalar, type Scalar } from '../ast/json.ts';
import { errorMessage, type Issue, quote } from '../errors.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Parsed } from '../model/parsed.ts';
import { inside, type Place, report, rootPlace } from './issue-collector.ts';
import { describe, isPlainObject } from './plain-object.ts';

/**
 * Checks that a value is a link: the uid of a template, and values that are strings, numbers, booleans or null. Whether
 * there is such a template, and which slots it has, is not known here. Never throws.
 *
 * @returns the link as a frozen copy; `-0` is `0`, as everywhere in JSON
 *
 * @example
 * ```ts
 * parseLink({ template: 'acl', values: { user: 'max', doc: 'd1' } });
 * ```
 */
export function parseLink(input: unknown): Parsed<PolicyLink> {
  const issues: Issue[] = [];
  const place = rootPlace(issues);
  try {
    const link = readLink(input, place);
    if (link !== undefined && issues.length === 0) return { ok: true, value: link };
  } catch (error) {
    // Getters and proxies may throw.
    wrong(place, `the link cannot be read: ${errorMessage(error)}`);
  }
  return { ok: false, issues };
}

function readLink(input: unknown, place: Place): PolicyLink | undefined {
  if (!isPlainObject(input))
    return wrong(place, `a link is a dictionary of template and values, not a ${describe(input)}`);
  const { template, values, ...others } = input;
  for (const name of Object.keys(others))
    wrong(inside(place, name), `unknown member ${quote(name)}; a link has template and values`);
  if (typeof template !== 'string' || template === '')
    wrong(inside(place, 'template'), `must be the uid of a template, not ${quote(template)}`);
  if (!isPlainObject(values))
    return wrong(inside(place, 'values'), `must be a dictionary with a value for each slot, not ${quote(values)}`);
  // INVARIANT: `fromEntries` defines members; assigning would make `__proto__` a prototype.
  const copied = Object.fromEntries(
    Object.entries(values).map(([slot, value]) => [slot, scalarOf(value, inside(inside(place, 'values'), slot))]),
  );
  return Object.freeze({ template: template as string, values: Object.freeze(copied) });
}

function scalarOf(value: unknown, place: Place): Scalar {
  if (isScalar(value)) return value === 0 ? 0 : value;
  wrong(
    place,
    `a slot is filled by a string, a number, a boolean or null, not by ${quote(typeof value === 'number' ? String(value) : value)}`,
  );
  return null;
}

function wrong(place: Place, message: string): undefined {
  report(place, 'CARDEA_INVALID_LINK', message);
}
