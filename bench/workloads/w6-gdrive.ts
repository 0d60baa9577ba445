import { below, pick, type Random } from '../random.ts';
import { type Application, connected, type Request, type World } from './w6-application.ts';
import { Hierarchy, nameOf } from './w6-hierarchy.ts';

const ACTIONS = ['read', 'write', 'share', 'changeOwner', 'createDocument'];

/** Documents in folders, owned and viewed by users and groups. */
export const gdrive: Application = {
  name: 'gdrive',
  policies: [
    allow('view', ['read'], { subjects: [{ view: { $in: { $resource: 'within' } } }] }),
    allow('public', ['read'], { resources: [{ isPublic: { $eq: true } }] }),
    allow('own', ['read', 'write', 'share'], {
      subjects: [{ documents: { $anyIn: { $resource: 'within' } } }, { folders: { $anyIn: { $resource: 'within' } } }],
    }),
    allow('give', ['changeOwner'], { subjects: [{ documents: { $resourceIn: true } }] }),
    allow('create', ['createDocument'], { subjects: [{ folders: { $resourceIn: true } }] }),
  ],
  cedar: `
permit(principal, action == Action::"read", resource) when { resource in principal.view };
permit(principal, action == Action::"read", resource) when { resource has isPublic && resource.isPublic };
permit(principal, action in [Action::"read", Action::"write", Action::"share"], resource)
when { resource in principal.documents || resource in principal.folders };
permit(principal, action == Action::"changeOwner", resource) when { principal.documents.contains(resource) };
permit(principal, action == Action::"createDocument", resource) when { principal.folders.contains(resource) };`,
  world: (size, random) => new Drive(size, random),
};

function allow(
  uid: string,
  actions: readonly string[],
  fields: Partial<Application['policies'][number]>,
): Application['policies'][number] {
  return { uid, effect: 'allow', actions, subjects: [{ $any: true }], resources: [{ $any: true }], ...fields };
}

class Drive implements World {
  readonly #size: number;
  readonly #things = new Hierarchy();
  readonly #public: readonly boolean[];
  readonly #owned: readonly { readonly documents: readonly string[]; readonly folders: readonly string[] }[];

  constructor(size: number, random: Random) {
    this.#size = size;
    const names = (type: string, numbers: readonly number[]): readonly string[] =>
      numbers.map((number) => nameOf(type, number));
    const groups = Array.from({ length: size }, () => connected(random, size));
    // What a group may view, each of its members may: the view of a group lies in those of its members.
    groups.forEach((members, at) => this.#things.add(nameOf('View', `group${at}`), viewsOf('user', members)));
    const places = (folders: number): readonly string[] => [
      ...names('Folder', connected(random, folders)),
      ...viewsOf('user', connected(random, size)),
      ...viewsOf('group', connected(random, size)),
    ];
    for (let at = 0; at < size; at++) this.#things.add(nameOf('Document', at), places(size));
    // Only in folders of lower numbers, so that there is no circle.
    for (let at = 0; at < size; at++) this.#things.add(nameOf('Folder', at), places(at));
    this.#public = Array.from({ length: size }, () => random() < 0.5);
    this.#owned = Array.from({ length: size }, () => ({
      documents: names('Document', connected(random, size)),
      folders: names('Folder', connected(random, size)),
    }));
  }

  request(random: Random): Request {
    const action = pick(random, ACTIONS);
    const user = below(random, this.#size);
    const number = below(random, this.#size);
    const type = action === 'createDocument' ? 'Folder' : 'Document';
    const resource = nameOf(type, number);
    const within = this.#things.within(resource);
    const isPublic = type === 'Document' ? { isPublic: this.#public[number] === true } : {};
    const { documents = [], folders = [] } = this.#owned[user] ?? {};
    const view = nameOf('View', `user${user}`);
    return {
      principal: nameOf('User', user),
      action,
      resource,
      inquiry: {
        subject: {
          type: 'User',
          id: String(user),
          properties: {
            view,
            documents,
            folders,
          },
        },
        action,
        resource: {
          type,
          id: String(number),
          properties: {
            ...isPublic,
            within,
          },
        },
      },
      entities: [
        {
          name: nameOf('User', user),
          parents: [],
          attributes: {
            view: { entity: view },
            documents: documents.map((entity) => ({ entity })),
            folders: folders.map((entity) => ({ entity })),
          },
        },
        ...within.map((name) => ({
          name,
          parents: this.#things.parents(name),
          attributes: name === resource ? isPublic : {},
        })),
      ],
    };
  }
}

function viewsOf(kind: 'user' | 'group', numbers: readonly number[]): readonly string[] {
  return numbers.map((number) => nameOf('View', `${kind}${number}`));
}
