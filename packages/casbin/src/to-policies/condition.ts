import type { RuleData } from 'cardea';

/** What must hold of a request: of its values by their positions, and of what is inside them. */
export type Condition = boolean | Atom | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] };

/** A rule on one value of a request, or on an attribute of it. */
export interface Atom {
  readonly kind: 'atom';
  readonly field: number;
  readonly path: readonly string[];
  readonly rule: RuleData;
}

/** Atoms that must all hold. */
export type Conjunction = readonly Atom[];

const MOST_ALTERNATIVES = 256;

export function and(...conditions: readonly Condition[]): Condition {
  if (conditions.includes(false)) return false;
  const of = conditions.filter((condition) => condition !== true);
  return of.length > 1 ? { kind: 'and', of } : (of[0] ?? true);
}

/** Rules on one value become one rule. */
export function or(...conditions: readonly Condition[]): Condition {
  if (conditions.includes(true)) return true;
  const of = conditions.filter((condition) => condition !== false);
  const [first] = of;
  if (of.length < 2) return first ?? false;
  const atoms = of.filter((condition): condition is Atom => typeof condition === 'object' && condition.kind === 'atom');
  if (atoms.length < of.length || atoms.some((atom) => !isOfSame(atom, atoms[0] as Atom))) return { kind: 'or', of };
  return { ...(atoms[0] as Atom), rule: anyOf(atoms.map(({ rule }) => rule)) };
}

export function not(condition: Condition): Condition {
  if (typeof condition === 'boolean') return !condition;
  if (condition.kind === 'atom') return { ...condition, rule: negated(condition.rule) };
  return condition.kind === 'and' ? or(...condition.of.map(not)) : and(...condition.of.map(not));
}

/**
 * The ways in which a condition holds, those left out that cannot be.
 *
 * @returns undefined where there are more than can be told apart
 */
export function alternativesOf(condition: Condition): readonly Conjunction[] | undefined {
  if (typeof condition === 'boolean') return condition ? [[]] : [];
  if (condition.kind === 'atom') return [[condition]];
  const parts = condition.of.map(alternativesOf);
  if (condition.kind === 'or') {
    const all = parts.flatMap((part) => part ?? []);
    return parts.includes(undefined) || all.length > MOST_ALTERNATIVES ? undefined : all;
  }
  return parts.reduce<readonly Conjunction[] | undefined>(
    (before, part) => {
      if (before === undefined || part === undefined) return undefined;
      const all = before.flatMap((one) => part.map((other) => [...one, ...other]).filter(isPossible));
      return all.length > MOST_ALTERNATIVES ? undefined : all;
    },
    [[]],
  );
}

function isOfSame(one: Atom, other: Atom): boolean {
  return one.field === other.field && one.path.join('\0') === other.path.join('\0');
}

function anyOf(rules: readonly RuleData[]): RuleData {
  const values = rules.map(valuesOf);
  if (values.includes(undefined)) return { $or: rules };
  const distinct = [...new Set(values.flatMap((some) => some ?? []))];
  return distinct.length === 1 ? { $eq: distinct[0] as string } : { $in: distinct };
}

/** The texts and numbers that a rule is true for, if it names them. */
export function valuesOf(rule: RuleData): readonly (string | number | boolean)[] | undefined {
  const { $eq, $in } = rule;
  if (Array.isArray($in)) return $in as readonly string[];
  return typeof $eq === 'string' || typeof $eq === 'number' || typeof $eq === 'boolean' ? [$eq] : undefined;
}

function negated(rule: RuleData): RuleData {
  if (rule.$not !== undefined) return rule.$not;
  return rule.$eq !== undefined && valuesOf(rule) !== undefined ? { $notEq: rule.$eq } : { $not: rule };
}

function isPossible(conjunction: Conjunction): boolean {
  return conjunction.every((atom, at) => {
    const values = valuesOf(atom.rule);
    if (values === undefined) return true;
    return conjunction.slice(0, at).every((other) => {
      const others = isOfSame(atom, other) ? valuesOf(other.rule) : undefined;
      return others === undefined || values.some((value) => others.includes(value));
    });
  });
}
