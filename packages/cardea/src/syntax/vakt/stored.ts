import { readJsonpickle } from './jsonpickle.ts';
import { type LosslessJson, losslessFrom, parseLosslessJson } from './lossless-json.ts';
import { isDict, isInstance, type Python } from './python-value.ts';
import { POLICY_CLASSES, RENAMED_CLASSES } from './rule-classes.ts';
import { unpickle } from './unpickle.ts';
import { VaktPolicyError } from './vakt-policy.ts';

/** The rows of vakt's SQL tables, as any driver returns them. */
export interface VaktTables {
  /** `vakt_policies` */
  readonly policies: readonly VaktPolicyRow[];
  /** `vakt_policy_subjects`, in the order of `id` */
  readonly subjects: readonly VaktElementRow[];
  /** `vakt_policy_actions`, in the order of `id` */
  readonly actions: readonly VaktElementRow[];
  /** `vakt_policy_resources`, in the order of `id` */
  readonly resources: readonly VaktElementRow[];
}

/** A row of `vakt_policies`. `context` is JSON that holds a string of JSON, in whichever of its three forms. */
export interface VaktPolicyRow {
  readonly uid: string;
  readonly effect: boolean | number;
  readonly context?: unknown;
  readonly description?: string | null;
}

/** A row of a table of elements: `subject`, `subject_string`, `subject_regex`, or the same of an action or resource. */
export interface VaktElementRow {
  readonly uid: string;
  readonly [column: string]: unknown;
}

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
  const members = losslessFrom(document);
  if (!(members instanceof Map)) throw new VaktPolicyError('a document is an object');
  const kept = [...(members as ReadonlyMap<string, LosslessJson>)]
    .filter(([name]) => !ADDED.includes(name))
    .map(([name, member]) => [name, name === 'rules' ? renewed(member) : member] as const);
  return readJsonpickle(new Map(kept));
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

/** The members of a policy from its rows. Each element was encoded alone, so a reference between two of them is lost. */
export function fromRows(row: VaktPolicyRow, tables: VaktTables): Python {
  const elements = (name: 'subject' | 'action' | 'resource'): readonly Python[] =>
    tables[`${name}s`].filter(({ uid }) => uid === row.uid).map((element) => fromElement(element, name));
  return new Map<string, Python>([
    ['uid', row.uid],
    ['effect', row.effect === true || row.effect === 1 ? 'allow' : 'deny'],
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
