import { isJsonObject, type JsonObject } from '../../ast/json.ts';
import { quote } from '../../errors.ts';
import type { Entity } from '../../model/inquiry.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { AttributeRules, Policy } from '../../model/policy.ts';
import { inside, type Place } from '../issue-collector.ts';
import { describe, isPlainObject } from '../plain-object.ts';
import { inOneOf, lowerAttached, subjectsOf } from './policies-of-statements.ts';
import { principal } from './principal.ts';
import { readInput } from './read-input.ts';
import type { StatementHolder } from './statement.ts';
import { wrong } from './wrong-statement.ts';

/** What a directory of statements says. */
export interface StatementDirectory {
  /** One for each statement: of users, groups, roles and everyone, in this order. */
  readonly policies: readonly Policy[];
  /** The users as subjects of inquiries, with the groups and roles that they are in themselves. */
  readonly users: ReadonlyMap<string, Entity>;
}

/**
 * Reads a directory: who there is, what everyone belongs to, and the statements on users, groups and roles. Groups may be
 * in groups and have roles; whoever is in a group is also in those that it is in. Groups that are in each other have the
 * same members, and so the same statements. A group or a role that is not there is wrong: a denial could hang on it.
 *
 * @param input JSON text or objects: `{ users: { alice: { groups, roles, attributes, statements } }, groups: { … },
 * roles: { … }, everyone: { statements } }`, all of it optional
 *
 * @example
 * ```ts
 * const parsed = parseDirectory(await readFile('directory.json', 'utf8'));
 * if (parsed.ok) guard.decide({ subject: parsed.value.users.get('alice'), action: 'get', resource: book });
 * ```
 */
export function parseDirectory(input: unknown): Parsed<StatementDirectory> {
  return readInput(input, readDirectory);
}

const KINDS = ['users', 'groups', 'roles'] as const;

/** What a holder of statements may have, by the kind of holder. */
const MEMBERS: Readonly<Record<(typeof KINDS)[number], readonly string[]>> = {
  users: ['groups', 'roles', 'attributes', 'statements'],
  groups: ['groups', 'roles', 'statements'],
  roles: ['statements'],
};

interface Holder {
  readonly name: string;
  readonly place: Place;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly attributes: JsonObject;
  readonly statements: unknown;
}

function readDirectory(given: unknown, place: Place): StatementDirectory {
  const members = dictionary(given, 'a directory', [...KINDS, 'everyone'], place);
  const [users, groups, roles] = KINDS.map((kind) => readHolders(members[kind], kind, inside(place, kind))) as [
    readonly Holder[],
    readonly Holder[],
    readonly Holder[],
  ];
  const there = { groups: namesOf(groups), roles: namesOf(roles) };
  for (const holder of [...users, ...groups]) requireThere(holder, there);
  const within = groupsBy('groups', groups);
  const groupsByRole = groupsBy('roles', groups);
  const everyone = dictionary(members['everyone'] ?? {}, 'everyone', ['statements'], inside(place, 'everyone'));
  const attached = (statements: unknown, at: Place, holder: StatementHolder, subjects: readonly AttributeRules[]) =>
    statements === undefined ? [] : lowerAttached(statements, { holder, subjects }, inside(at, 'statements'));
  const policies = [
    ...users.flatMap(({ name, place: at, statements }) =>
      attached(statements, at, { user: name }, subjectsOf({ user: name })),
    ),
    ...groups.flatMap(({ name, place: at, statements }) =>
      attached(statements, at, { group: name }, [inOneOf('groups', withNested([name], within))]),
    ),
    ...roles.flatMap(({ name, place: at, statements }) =>
      attached(
        statements,
        at,
        { role: name },
        subjectsWithRole(name, withNested(groupsByRole.get(name) ?? [], within)),
      ),
    ),
    ...attached(everyone['statements'], inside(place, 'everyone'), 'everyone', []),
  ];
  return { policies, users: new Map(users.map(({ name, ...membership }) => [name, principal(name, membership)])) };
}

function subjectsWithRole(role: string, having: readonly string[]): readonly AttributeRules[] {
  return [inOneOf('roles', [role]), ...(having.length > 0 ? [inOneOf('groups', having)] : [])];
}

/** The groups that are in a group, or have a role, by its name. */
function groupsBy(kind: 'groups' | 'roles', groups: readonly Holder[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const group of groups) {
    for (const name of group[kind]) {
      const others = found.get(name);
      if (others === undefined) found.set(name, [group.name]);
      else others.push(group.name);
    }
  }
  return found;
}

/** These groups, and all that are in them, directly or not. */
function withNested(names: readonly string[], within: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set(names);
  for (const name of found) for (const nested of within.get(name) ?? []) found.add(nested);
  return [...found];
}

function readHolders(given: unknown, kind: (typeof KINDS)[number], place: Place): readonly Holder[] {
  if (given === undefined) return [];
  if (!isPlainObject(given)) {
    wrong(place, `${kind} are a dictionary by name, not a ${describe(given)}`);
    return [];
  }
  return Object.keys(given).map((name) => {
    const at = inside(place, name);
    const members = dictionary(given[name], `one of the ${kind}`, MEMBERS[kind], at);
    const { attributes = {} } = members;
    if (!isJsonObject(attributes))
      wrong(inside(at, 'attributes'), `must be a dictionary, not a ${describe(attributes)}`);
    return {
      name,
      place: at,
      groups: namesIn(members['groups'], inside(at, 'groups')),
      roles: namesIn(members['roles'], inside(at, 'roles')),
      attributes: isJsonObject(attributes) ? attributes : {},
      statements: members['statements'],
    };
  });
}

function dictionary(
  given: unknown,
  what: string,
  known: readonly string[],
  place: Place,
): Readonly<Record<string, unknown>> {
  if (!isPlainObject(given)) {
    wrong(place, `${what} is a dictionary, not a ${describe(given)}`);
    return {};
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      wrong(inside(place, name), `unknown member ${quote(name)}; the members are ${known.join(', ')}`);
  }
  return given;
}

function namesIn(given: unknown, place: Place): readonly string[] {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every((name) => typeof name === 'string')) return given;
  wrong(place, `must be a list of names, not ${quote(given)}`);
  return [];
}

function namesOf(holders: readonly Holder[]): ReadonlySet<string> {
  return new Set(holders.map(({ name }) => name));
}

function requireThere(holder: Holder, there: Readonly<Record<'groups' | 'roles', ReadonlySet<string>>>): void {
  for (const kind of ['groups', 'roles'] as const) {
    for (const [at, name] of holder[kind].entries()) {
      if (there[kind].has(name)) continue;
      wrong(inside(inside(holder.place, kind), at), `there is no ${kind.slice(0, -1)} ${quote(name)} in the directory`);
    }
  }
}
