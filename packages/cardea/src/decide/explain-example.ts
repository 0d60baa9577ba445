import type { AttrOperand, Operand } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject, type JsonType } from '../ast/json.ts';
import type { Operator } from '../ast/operators.ts';
import { entityName } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Turn } from './explain-fixes.ts';
import type { Redaction } from './explain-redact.ts';
import { evaluateOperand } from './reference.ts';

/** An attribute and values that might turn a test as wanted. They are guesses, to be tried. */
export interface Examples {
  readonly attribute: AttrOperand;
  readonly values: readonly Json[];
}

const NONE: ReadonlySet<string> = new Set();

/** The values that might turn a test as wanted, where it is about one attribute and something whose value is shown. */
export function examplesFor({ trace, wanted }: Turn, redaction: Redaction): Examples | undefined {
  const { condition, scope } = trace;
  if (condition.kind !== 'test') return undefined;
  const at = condition.args.findIndex((arg) => attributeOf(arg) !== undefined);
  const attribute = attributeOf(condition.args[at]);
  if (attribute === undefined) return undefined;
  const other = condition.args[at === 0 ? 1 : 0];
  if (at === 1 || (other !== undefined && other.kind !== 'value' && redaction.hides(other, NONE)))
    return { attribute, values: [] };
  try {
    const bound = other === undefined ? null : evaluateOperand(other, scope);
    // What is hidden inside the other side must not come out as an example.
    return {
      attribute,
      values:
        bound === undefined
          ? []
          : GUESSES[condition.op](wanted === 'true', other === undefined ? bound : redaction.show(other, bound)),
    };
  } catch {
    // The other side cannot be had, so there is nothing to guess from; the explanation tells its error.
    return { attribute, values: [] };
  }
}

/** An inquiry with another value of one attribute: of an entity's properties where there is an entity. */
export function withAttribute(inquiry: Inquiry, { of, path }: AttrOperand, value: Json): Inquiry {
  const whole = Object.hasOwn(inquiry, of) ? (inquiry[of] as Json | undefined) : undefined;
  const [first, ...rest] = path;
  const isOwn =
    rest.length === 0 &&
    first !== undefined &&
    first !== 'properties' &&
    isJsonObject(whole) &&
    Object.hasOwn(whole, first);
  const inside = entityName(whole, of) !== undefined && first !== undefined && !isOwn ? ['properties', ...path] : path;
  return { ...inquiry, [of]: replaced(whole, inside, value) };
}

function attributeOf(operand: Operand | undefined): AttrOperand | undefined {
  if (operand?.kind === 'attr') return operand;
  return operand?.kind === 'call' ? attributeOf(operand.args[0]) : undefined;
}

function replaced(holder: Json | undefined, [name, ...rest]: readonly string[], value: Json): Json {
  if (name === undefined) return value;
  const members: JsonObject = isJsonObject(holder) ? holder : {};
  const inner = Object.hasOwn(members, name) ? members[name] : undefined;
  return { ...members, [name]: replaced(inner, rest, value) };
}

type Guess = (wanted: boolean, bound: Json) => readonly Json[];

/** INVARIANT: nothing depends on a guess being right; each is tried before it is shown. */
const GUESSES: Readonly<Record<Operator, Guess>> = {
  eq: (wanted, bound) => (wanted ? [bound] : [outside([bound])]),
  lt: (wanted, bound) => (wanted ? [below(bound)] : [bound]),
  le: (wanted, bound) => (wanted ? [bound] : [above(bound)]),
  gt: (wanted, bound) => (wanted ? [above(bound)] : [bound]),
  ge: (wanted, bound) => (wanted ? [bound] : [below(bound)]),
  in: (wanted, bound) => {
    const members = Array.isArray(bound) ? (bound as readonly Json[]) : [];
    return wanted ? members.slice(0, 8) : [outside(members)];
  },
  startsWith: (wanted, bound) => [wanted ? bound : ''],
  endsWith: (wanted, bound) => [wanted ? bound : ''],
  contains: (wanted, bound) => [wanted ? bound : ''],
  matches: () => [],
  cidr: (wanted, bound) => (wanted && typeof bound === 'string' ? [bound.replace(/\/.*/, '')] : []),
  truthy: (wanted) => [wanted],
  isTrue: (wanted) => [wanted],
  isType: (wanted, bound) => (wanted ? [OF_TYPE[bound as JsonType]] : [bound === 'string' ? 0 : 'other']),
  known: () => ['other'],
  present: (wanted) => (wanted ? ['other'] : []),
};

const OF_TYPE: Readonly<Record<JsonType, Json>> = {
  null: null,
  boolean: true,
  number: 0,
  string: '',
  list: [],
  object: {},
};

function above(bound: Json): Json {
  return typeof bound === 'number' ? bound + 1 : `${bound as string}x`;
}

function below(bound: Json): Json {
  return typeof bound === 'number' ? bound - 1 : '';
}

// Counts up rather than adds to a member: 2 ** 53 + 1 is 2 ** 53.
function outside(members: readonly Json[]): Json {
  const [first] = members;
  const taken = new Set(members);
  const isFree = (guess: Json): boolean => !taken.has(guess);
  if (typeof first === 'boolean' && isFree(!first)) return !first;
  let at = 0;
  const guess = (): Json => (typeof first === 'number' ? at : `other${at === 0 ? '' : at}`);
  while (!isFree(guess())) at += 1;
  return guess();
}
