import type { Policy } from '../../packages/cardea/src/model/policy.ts';
import { below, pick, type Random } from '../random.ts';
import { type Application, connected, CONNECTED, type Request, type World } from './w6-application.ts';
import { Hierarchy, nameOf } from './w6-hierarchy.ts';

/** From the least to the most: who has a role of a repository may do its action and all before. */
const ROLES = [
  ['readers', 'read'],
  ['triagers', 'triage'],
  ['writers', 'write'],
  ['maintainers', 'maintain'],
  ['admins', 'admin'],
] as const;
const ACTIONS = ROLES.map(([, action]) => action);
const OF_ORGANIZATION = ROLES.filter(([role]) => ['readers', 'writers', 'admins'].includes(role));

/** Repositories of organizations, and users in nested teams that have roles. */
export const github: Application = {
  name: 'github',
  policies: [
    ...ROLES.map(([role, action]) => allow(role, action, { [role]: { $in: { $subject: 'within' } } })),
    ...OF_ORGANIZATION.map(([role, action]) =>
      allow(`owner ${role}`, action, { owner: { [role]: { $in: { $subject: 'within' } } } }),
    ),
  ],
  cedar: [
    ...ROLES.map(([role, action]) => permit(`resource.${role}`, action)),
    ...OF_ORGANIZATION.map(([role, action]) => permit(`resource.owner.${role}`, action)),
  ].join('\n'),
  world: (size, random) => new Forge(size, random),
};

function allow(uid: string, action: string, resource: Policy['resources'][number]): Policy {
  const actions = ACTIONS.slice(0, ACTIONS.findIndex((one) => one === action) + 1);
  return { uid, effect: 'allow', subjects: [{ $any: true }], actions, resources: [resource] };
}

function permit(role: string, action: string): string {
  return `permit(principal, action in Action::"${action}", resource) when { principal in ${role} };`;
}

class Forge implements World {
  readonly #size: number;
  readonly #members = new Hierarchy();
  readonly #owners: readonly number[];

  constructor(size: number, random: Random) {
    this.#size = size;
    const roles = (kind: string, from: readonly (readonly [string, string])[]): readonly string[] =>
      connected(random, size).map((at) => roleOf(kind, at, pick(random, from)[0]));
    for (let at = 0; at < size; at++) this.#members.add(nameOf('Organization', at), roles('org', OF_ORGANIZATION));
    this.#owners = Array.from({ length: size }, () => below(random, size));
    // Only in teams of lower numbers, so that there is no circle.
    for (let at = 0; at < size; at++) {
      this.#members.add(nameOf('Team', at), [...teams(connected(random, at)), ...roles('repo', ROLES)]);
    }
    for (let at = 0; at < size; at++) {
      const organizations = Array.from({ length: size }, (_, of) => of).filter(() => random() < CONNECTED);
      this.#members.add(nameOf('User', at), [
        ...roles('repo', ROLES),
        ...teams(connected(random, size)),
        ...organizations.map((of) => nameOf('Organization', of)),
        ...roles('org', OF_ORGANIZATION),
      ]);
    }
  }

  request(random: Random): Request {
    const action = pick(random, ACTIONS);
    const [user, repository] = [below(random, this.#size), below(random, this.#size)];
    const owner = this.#owners[repository] as number;
    const [principal, resource] = [nameOf('User', user), nameOf('Repository', repository)];
    const within = this.#members.within(principal);
    const ofRepository = rolesOf('repo', repository, ROLES);
    const ofOwner = rolesOf('org', owner, OF_ORGANIZATION);
    const organization = nameOf('Organization', owner);
    const repositoryEntity = {
      name: resource,
      parents: [],
      attributes: {
        ...asEntities(ofRepository),
        owner: { entity: organization },
      },
    };
    return {
      principal,
      action,
      resource,
      inquiry: {
        subject: {
          type: 'User',
          id: String(user),
          properties: { within },
        },
        action,
        resource: {
          type: 'Repository',
          id: String(repository),
          properties: {
            ...ofRepository,
            owner: ofOwner,
          },
        },
      },
      entities: [
        ...[...new Set([...within, organization])].map((name) => ({
          name,
          parents: this.#members.parents(name),
          attributes: name === organization ? asEntities(ofOwner) : {},
        })),
        repositoryEntity,
        ...ACTIONS.map((name, at) => ({
          name: nameOf('Action', name),
          parents: ACTIONS.slice(at + 1, at + 2).map((next) => nameOf('Action', next)),
        })),
      ],
    };
  }
}

function roleOf(kind: string, number: number, role: string): string {
  return nameOf('Role', `${kind}${number}-${role}`);
}

function rolesOf(kind: string, number: number, from: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(from.map(([role]) => [role, roleOf(kind, number, role)]));
}

function asEntities(roles: Readonly<Record<string, string>>): Record<string, { readonly entity: string }> {
  return Object.fromEntries(Object.entries(roles).map(([role, entity]) => [role, { entity }]));
}

function teams(numbers: readonly number[]): readonly string[] {
  return numbers.map((number) => nameOf('Team', number));
}
