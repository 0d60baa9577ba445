import { type ErrorCode, type Issue, quote } from '../../errors.ts';
import type { Json, JsonObject } from '../../ast/json.ts';
import { attributes } from '../../model/entity.ts';
import type { Inquiry } from '../../model/inquiry.ts';
import type { Parsed } from '../../model/parsed.ts';
import { JsonpickleError, readJsonpickle } from './jsonpickle.ts';
import { type LosslessJson, LosslessJsonError, losslessFrom, parseLosslessJson } from './lossless-json.ts';
import { toJson } from './python-json.ts';
import { isDict, isList, isTruthy, isTuple, type Python, type PythonDict } from './python-value.ts';

/**
 * Reads an inquiry of vakt: the text of `inquiry.to_json()`, or its members. As vakt's constructor does, every
 * falsy subject, action or resource becomes the empty string, and a falsy context an empty one. Dictionaries
 * are marked as attributes, so that none is read as an entity. A context that is no dictionary becomes an
 * empty one, for no policy can ask it for anything.
 *
 * @returns the inquiry, or what is wrong: no JSON, no object, an unknown member
 *
 * @example
 * ```ts
 * vaktInquiry('{"subject": {"name": "Max"}, "action": "get", "resource": "book"}');
 * ```
 */
export function vaktInquiry(input: string | object): Parsed<Inquiry> {
  const read = readInquiry(input);
  if (!read.ok) return read;
  const { subject, action, resource, context } = read.value;
  return {
    ok: true,
    value: {
      subject: whole(subject),
      action: whole(action),
      resource: whole(resource),
      context: isDict(context) ? (toJson(context) as JsonObject) : {},
    },
  };
}

/**
 * Whether two inquiries of vakt are equal as vakt has it: the same text with sorted keys. `1`, `1.0` and `true`
 * differ, so do a list and a tuple; the order of members does not matter.
 *
 * @example
 * ```ts
 * sameVaktInquiry('{"action":"get","subject":1}', '{"subject":1,"action":"get"}'); // true
 * sameVaktInquiry('{"subject":1}', '{"subject":true}'); // false
 * ```
 */
export function sameVaktInquiry(left: string | object, right: string | object): boolean {
  const [a, b] = [readInquiry(left), readInquiry(right)];
  return a.ok && b.ok && sortedText(new Map(Object.entries(a.value))) === sortedText(new Map(Object.entries(b.value)));
}

interface VaktInquiry {
  readonly subject: Python;
  readonly action: Python;
  readonly resource: Python;
  readonly context: Python;
}

const MEMBERS = ['resource', 'action', 'subject', 'context'];

function readInquiry(input: string | object): Parsed<VaktInquiry> {
  const root = decoded(input);
  if (typeof root === 'string') return wrong(root);
  const issues = [...root.keys()]
    .filter((name) => !MEMBERS.includes(name))
    .map((name) => issue(`unknown member ${quote(name)}`, [name]));
  if (issues.length > 0) return { ok: false, issues };
  const member = (name: string, otherwise: Python): Python => {
    const value = root.get(name) ?? null;
    return isTruthy(value) ? value : otherwise;
  };
  return {
    ok: true,
    value: {
      subject: member('subject', ''),
      action: member('action', ''),
      resource: member('resource', ''),
      context: member('context', new Map()),
    },
  };
}

function decoded(input: string | object): PythonDict | string {
  try {
    const lossless: LosslessJson = typeof input === 'string' ? parseLosslessJson(input) : losslessFrom(input);
    const root = readJsonpickle(lossless);
    return isDict(root) ? root : 'an inquiry is an object';
  } catch (error) {
    if (error instanceof LosslessJsonError || error instanceof JsonpickleError) return error.message;
    throw error;
  }
}

function whole(value: Python): Json {
  const json = toJson(value);
  return isDict(value) ? attributes(json as JsonObject) : json;
}

function sortedText(value: Python): string {
  if (typeof value === 'number') return `float ${value}`;
  if (typeof value === 'bigint' || typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(sortedText).join()}]`;
  if (isDict(value))
    return `{${[...value]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => `${JSON.stringify(key)}:${sortedText(part)}`)
      .join()}}`;
  if (isTuple(value)) return `(${value.items.map(sortedText).join()})`;
  if (value.py === 'set') return `set(${value.items.map(sortedText).sort().join()})`;
  return value.py === 'bytes' ? `bytes(${value.base64})` : `${value.class}${sortedText(value.attributes)}`;
}

const CODE: ErrorCode = 'CARDEA_INVALID_INQUIRY';

function issue(message: string, path: Issue['path']): Issue {
  return { code: CODE, message, path };
}

function wrong(message: string): { readonly ok: false; readonly issues: readonly Issue[] } {
  return { ok: false, issues: [issue(message, [])] };
}
