import { CardeaError, quote } from '../errors.ts';
import type { PolicyLink } from '../model/link.ts';
import type { PolicyChange } from '../ports/storage.ts';
import { linkText } from './link-text.ts';

/** What is known of the templates and links before a list of changes. */
export interface StoredLinks {
  isStored(uid: string): boolean;
  /** The slots of a template; undefined where there is none. */
  slotsOf(template: string): readonly string[] | undefined;
  countOf(template: string): number;
  has(template: string, text: string): boolean;
}

/** A template as the changes so far leave it. */
interface Staged {
  /** Whether there is a policy of this uid. */
  exists: boolean;
  slots: readonly string[] | undefined;
  /** How many links it has. */
  count: number;
  /** Whether those that were stored are gone. */
  emptied: boolean;
  /** Links that the changes added or took away. */
  readonly texts: Map<string, boolean>;
}

/**
 * Refuses a list of changes of which one could not be made after those before it: nothing is changed here, so that
 * all can be made or none.
 *
 * @throws CARDEA_INVALID_LINK and CARDEA_CONFLICT as the writers of a storage do
 */
export function checkLinks(changes: readonly PolicyChange[], stored: StoredLinks): void {
  const staged = new Map<string, Staged>();
  const stage = (uid: string): Staged => {
    const known = staged.get(uid);
    if (known !== undefined) return known;
    const [slots, count] = [stored.slotsOf(uid), stored.countOf(uid)];
    const made = { exists: stored.isStored(uid), slots, count, emptied: false, texts: new Map<string, boolean>() };
    staged.set(uid, made);
    return made;
  };
  for (const change of changes) {
    if (change.type === 'delete')
      staged.set(change.uid, { exists: false, slots: undefined, count: 0, emptied: true, texts: new Map() });
    else if (change.type === 'link') stageLink(change.link, stage(change.link.template), stored);
    else if (change.type === 'unlink') stageUnlink(change.link, stage(change.link.template), stored);
    else if (change.type === 'add' || stage(change.policy.uid).exists)
      stagePolicy(change.policy.uid, change.policy.slots, stage(change.policy.uid));
  }
}

function stagePolicy(uid: string, slots: readonly string[] | undefined, staged: Staged): void {
  if (staged.count > 0 && slots?.toSorted().join() !== staged.slots?.toSorted().join()) {
    const message = `template ${quote(uid)} has ${staged.count} links, so that its slots must stay`;
    throw new CardeaError('CARDEA_CONFLICT', message);
  }
  staged.exists = true;
  staged.slots = slots;
}

function stageLink(link: PolicyLink, staged: Staged, stored: StoredLinks): void {
  const { slots } = staged;
  if (slots === undefined)
    throw new CardeaError('CARDEA_INVALID_LINK', `there is no template ${quote(link.template)} to link`);
  const text = linkText(link, slots);
  if (text === undefined) {
    const message = `template ${quote(link.template)} has the slots ${slots.join(', ')}, not those of ${quote(link.values)}`;
    throw new CardeaError('CARDEA_INVALID_LINK', message);
  }
  if (isLinked(link.template, text, staged, stored)) return;
  staged.texts.set(text, true);
  staged.count += 1;
}

function stageUnlink(link: PolicyLink, staged: Staged, stored: StoredLinks): void {
  const text = staged.slots === undefined ? undefined : linkText(link, staged.slots);
  if (text === undefined || !isLinked(link.template, text, staged, stored)) return;
  staged.texts.set(text, false);
  staged.count -= 1;
}

function isLinked(template: string, text: string, { texts, emptied }: Staged, stored: StoredLinks): boolean {
  return texts.get(text) ?? (!emptied && stored.has(template, text));
}
