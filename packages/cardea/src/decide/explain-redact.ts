import type { Category, Operand } from '../ast/condition.ts';
import { CATEGORIES } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Inquiry } from '../model/inquiry.ts';

/** What stands in the place of a redacted value. */
export const REDACTED = '[redacted]';

/** An attribute that must not be shown: `'subject.email'`, or its names one by one where one has a dot. */
export type RedactedAttribute = string | readonly string[];

/** Keeps the values of some attributes out of an explanation. Where in doubt it hides too much. */
export interface Redaction {
  /** Whether the operand's value must not be shown at all; `hiddenItems` are names bound over hidden lists. */
  readonly hides: (operand: Operand, hiddenItems: ReadonlySet<string>) => boolean;
  /** The value of an operand that is not hidden, without the attributes below it that are. */
  readonly show: (operand: Operand, value: Json) => Json;
  readonly inquiry: (inquiry: Inquiry) => Inquiry;
}

/**
 * A redaction of some attributes: what stands at their paths and below, what functions make of them, and
 * the items of lists at or above them.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a path starts with no category: a misspelt one would redact nothing, silently
 */
export function redactionOf(attributes: readonly RedactedAttribute[]): Redaction {
  const paths = attributes.flatMap(pathsOf);
  const hides: Redaction['hides'] = (operand, hiddenItems) => {
    switch (operand.kind) {
      case 'value':
      case 'slot':
        return false;
      case 'attr':
        return paths.some((path) => covers(path, operand.of, operand.path));
      case 'item':
        return hiddenItems.has(operand.name);
      case 'call':
        return operand.args.some(
          (arg) => hides(arg, hiddenItems) || (arg.kind === 'attr' && below(paths, arg).length > 0),
        );
    }
  };
  return {
    hides,
    show: (operand, value) => (operand.kind === 'attr' ? below(paths, operand).reduce(without, value) : value),
    inquiry: (inquiry) => redactInquiry(inquiry, paths),
  };
}

type Path = readonly string[];

function pathsOf(attribute: RedactedAttribute): readonly Path[] {
  const path = typeof attribute === 'string' ? attribute.split('.') : attribute;
  const [of = '', first, ...rest] = path;
  if (!CATEGORIES.some((known) => known === of)) {
    const message = `cannot redact ${quote(attribute)}: the path starts with none of ${CATEGORIES.join(', ')}`;
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
  }
  // Rules name an attribute of an entity without `properties`, which stands in the inquiry only.
  return first === 'properties' && rest.length > 0 ? [path, [of, ...rest]] : [path];
}

// The whole of an entity is its name, which tells its type and id.
const NAMING: ReadonlySet<string | undefined> = new Set(['type', 'id', 'name']);

function covers([of, ...names]: Path, category: Category, path: Path): boolean {
  if (of !== category) return false;
  return (
    names.every((name, at) => name === path[at]) || (path.length === 0 && names.length === 1 && NAMING.has(names[0]))
  );
}

function below(paths: readonly Path[], { of, path }: Operand & { readonly kind: 'attr' }): readonly Path[] {
  return paths
    .filter(([first, ...names]) => first === of && path.every((name, at) => name === names[at]))
    .map((names) => names.slice(path.length + 1));
}

function redactInquiry(inquiry: Inquiry, paths: readonly Path[]): Inquiry {
  const shown: Record<string, unknown> = { ...inquiry };
  for (const of of CATEGORIES) {
    if (!Object.hasOwn(inquiry, of)) continue;
    const inside = paths.filter(([first]) => first === of).map(([, ...names]) => names);
    shown[of] = inside.reduce(withoutAttribute, inquiry[of] as Json);
  }
  return shown;
}

function withoutAttribute(whole: Json, path: Path): Json {
  const cut = without(whole, path);
  const properties = isJsonObject(cut) && Object.hasOwn(cut, 'properties') ? cut['properties'] : undefined;
  return properties === undefined || path.length === 0
    ? cut
    : { ...(cut as JsonObject), properties: without(properties, path) };
}

function without(value: Json, path: Path): Json {
  const [name, ...rest] = path;
  if (name === undefined) return REDACTED;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => without(item, path));
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return value;
  return { ...value, [name]: without(value[name] as Json, rest) };
}
