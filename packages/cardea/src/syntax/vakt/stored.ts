import { isJsonObject } from '../../ast/json.ts';
import type { VaktElementRow, VaktPolicyRow, VaktTables } from '../../ports/vakt-database.ts';
import { readJsonpickle } from './jsonpickle.ts';
import { type LosslessJson, losslessFrom, parseLosslessJson } from './lossless-json.ts';
import { isDict, isInstance, type Python } from './python-value.ts';
import { POLICY_CLASSES, RENAMED_CLASSES } from './rule-classes.ts';
import { unpickle } from './unpickle.ts';
import { VaktPolicyError } from './vakt-policy.ts';

/** A value from its text, or from what `parseLosslessJson` made of it. @throws LosslessJsonError, JsonpickleError */
export function fromText(input: unknown): Python {
  return readJsonpickle(typeof input === 'string' ? parseLosslessJson(input) : losslessFrom(input));
}

/**
 * The members of a policy from a MongoDB document of any version of vakt: what vakt added for its queries is
 * dropped, rules that version 1.0 kept as texts are read, and classes that version 1.2 renamed have their new
 * names.
 */
export function fromDocument(document: unknown): Python {
  if (!isJsonObject(document)) throw new VaktPolicyError('a document is an object');
  // A Map holds what was read without loss already. The identifier of an object may be of a class of the driver.
  const entries = document instanceof Map ? (document as ReadonlyMap<string, unknown>) : Object.entries(document);
  const members = [...entries]
    .filter(([name]) => !ADDED.includes(name))
    .map(
      ([name, member]) => [name, document instanceof Map ? (member as LosslessJson) : losslessFrom(member)] as const,
    );
  return readJsonpickle(new Map(members.map(([name, member]) => [name, name === 'rules' ? renewed(member) : member])));
}

const ADDED = ['_id', 'actions_compiled_regex', 'subjects_compiled_regex', 'resources_compiled_regex'];

function renewed(rules: LosslessJson): LosslessJson {
  if (!(rules instanceof Map)) return rules;
  return new Map(
    [...(rules as ReadonlyMap<string, LosslessJson>)].map(([name, rule]) => [name, renewedRule(rule)] as const),
  );
}

// Version 1.0: a text such as {"type": "vakt.rules.net.CIDRRule", "contents": {"cidr": "10.0.0.0/8"}}.
function renewedRule(rule: LosslessJson): LosslessJson {
  const parsed = typeof rule === 'string' ? parseLosslessJson(rule) : rule;
  if (!(parsed instanceof Map)) return parsed;
  const members = parsed as ReadonlyMap<string, LosslessJson>;
  const contents = members.get('contents');
  const current =
    typeof rule === 'string' && contents instanceof Map
      ? new Map<string, LosslessJson>([
          ['py/object', members.get('type') ?? null],
          ...(contents as ReadonlyMap<string, LosslessJson>),
        ])
      : members;
  const name = current.get('py/object');
  const renamed = typeof name === 'string' ? RENAMED_CLASSES.get(name) : undefined;
  return renamed === undefined
    ? current
    : new Map([...current].map(([key, member]) => [key, key === 'py/object' ? renamed : member] as const));
}

const ELEMENTS = ['subjects', 'actions', 'resources'] as const;

/** The rows of elements by the uid of their policy. */
export type ElementRows = Readonly<Record<(typeof ELEMENTS)[number], ReadonlyMap<string, readonly VaktElementRow[]>>>;

/** Brings the rows of each policy together, once for all policies. */
export function elementRows(tables: VaktTables): ElementRows {
  const [subjects, actions, resources] = ELEMENTS.map((name) => byUid(tables[name])) as [Rows, Rows, Rows];
  return { subjects, actions, resources };
}

type Rows = ReadonlyMap<string, readonly VaktElementRow[]>;

function byUid(rows: readonly VaktElementRow[]): Rows {
  const found = new Map<string, VaktElementRow[]>();
  for (const row of rows) {
    const others = found.get(row.uid);
    if (others === undefined) found.set(row.uid, [row]);
    else others.push(row);
  }
  return found;
}

/** The members of a policy from its rows. Each element was encoded alone, so a reference between two of them is lost. */
export function fromRows(row: VaktPolicyRow, rows: ElementRows): Python {
  const elements = (name: 'subject' | 'action' | 'resource'): readonly Python[] =>
    (rows[`${name}s`].get(row.uid) ?? []).map((element) => fromElement(element, name));
  return new Map<string, Python>([
    ['uid', row.uid],
    ['effect', [true, 1, 1n].includes(row.effect) ? 'allow' : 'deny'],
    ['subjects', elements('subject')],
    ['actions', elements('action')],
    ['resources', elements('resource')],
    ['context', fromColumn(row.context)],
    ['description', row.description ?? null],
  ]);
}

function fromElement(row: VaktElementRow, name: string): Python {
  const text = row[`${name}_string`];
  return typeof text === 'string' ? text : fromColumn(row[name]);
}

// vakt encodes to JSON, and the column encodes the text once more; a driver may have undone one or both.
function fromColumn(column: unknown): Python {
  const once = typeof column === 'string' ? parseLosslessJson(column) : losslessFrom(column ?? null);
  return readJsonpickle(typeof once === 'string' ? parseLosslessJson(once) : once);
}

/** The members of a policy from a value of the Redis hash: the text of the JSON serializer, or a pickle. */
export function fromRedis(value: string | Uint8Array): Python {
  if (typeof value === 'string') return fromText(value);
  // A pickle of protocol 2 or later begins with 0x80, which begins no text in UTF-8.
  if (value[0] !== 0x80) return fromText(new TextDecoder('utf-8').decode(value));
  const policy = unpickle(value);
  if (!isInstance(policy) || !POLICY_CLASSES.includes(policy.class))
    throw new VaktPolicyError('the pickle holds no policy');
  return isDict(policy.attributes) ? policy.attributes : null;
}
