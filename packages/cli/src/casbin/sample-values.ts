import type { AttributeRules, Element, Json, RuleData } from 'cardea';

/** Values to ask about: of a part of an inquiry as a whole, and of its attributes. */
export interface Samples {
  readonly texts: ReadonlySet<string>;
  readonly attributes: ReadonlyMap<string, Samples>;
  readonly numbers: ReadonlySet<number>;
  readonly flags: boolean;
}

interface Collected {
  readonly texts: Set<string>;
  readonly attributes: Map<string, Collected>;
  readonly numbers: Set<number>;
  flags: boolean;
}

/** Values for which some of the elements hold, and values beside them; with the attributes that others refer to. */
export function samplesOf(elements: readonly Element[], paths: readonly (readonly string[])[] = []): Samples {
  const collected = emptySamples();
  for (const element of elements) collect(element as RuleData, collected);
  for (const path of paths) {
    let inner = collected;
    for (const name of path) inner = attributeOf(inner, name);
  }
  return collected;
}

/** The attributes of a part of an inquiry that rules refer to, by their paths: `[]` is the part as a whole. */
export function pathsTo(part: string, rules: unknown): readonly (readonly string[])[] {
  if (typeof rules !== 'object' || rules === null) return [];
  return Object.entries(rules).flatMap(([name, value]: [string, unknown]) =>
    name === `$${part}` && Array.isArray(value) ? [value as readonly string[]] : pathsTo(part, value),
  );
}

function attributeOf(into: Collected, name: string): Collected {
  const own = into.attributes.get(name) ?? emptySamples();
  into.attributes.set(name, own);
  return own;
}

function emptySamples(): Collected {
  return { texts: new Set(), attributes: new Map(), numbers: new Set(), flags: false };
}

function collect(rule: RuleData | AttributeRules, into: Collected): void {
  for (const [name, argument] of Object.entries(rule as Record<string, unknown>)) {
    if (!name.startsWith('$') || name.startsWith('$$')) {
      collect(argument as RuleData, attributeOf(into, name.replace(/^\$\$/, '$')));
    } else if (name === '$attributes' || name === '$not') {
      collect(argument as RuleData, into);
    } else if (name === '$and' || name === '$or') {
      for (const inner of argument as readonly RuleData[]) collect(inner, into);
    } else {
      collectValues(name, argument as Json, into);
    }
  }
}

function collectValues(name: string, argument: Json, into: Collected): void {
  for (const value of Array.isArray(argument) ? (argument as readonly Json[]) : [argument]) {
    if (typeof value === 'number') for (const near of [value - 1, value, value + 1]) into.numbers.add(near);
    else if (typeof value === 'string') for (const text of textsFor(name, value)) into.texts.add(text);
    else if (typeof value === 'boolean') into.flags = name !== '$any';
  }
}

function textsFor(name: string, value: string): readonly string[] {
  switch (name) {
    case '$startsWith':
      return [value, `${value}x`, `${value}/x/y`];
    case '$cidr':
      return [value.replace(/\/.*$/, '')];
    case '$regexMatch':
      return [];
    default:
      return [value];
  }
}
