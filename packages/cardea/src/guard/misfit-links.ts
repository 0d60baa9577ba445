import { quote } from '../errors.ts';
import type { Effect } from '../model/policy.ts';
import type { Logger } from '../ports/logger.ts';
import { CONSEQUENCES } from './mirror-notes.ts';
import type { StoredLink } from './stored-link.ts';

/** Links of one template of which nobody knows to whom they apply. */
export interface Misfit {
  /** The key of the template. */
  readonly template: string;
  readonly effect: Effect;
  readonly count: number;
  /** One of them, as it is stored. */
  readonly first: unknown;
}

/** Stored links that are no links of a template: those that say nothing are counted, the others stand together. */
export class MisfitLinks {
  readonly #misfits = new Map<string, Misfit>();
  #dangling = 0;

  /** How many templates have such links. */
  get size(): number {
    return this.#misfits.size;
  }

  /** How many links have no template. */
  get dangling(): number {
    return this.#dangling;
  }

  add(link: unknown, read: Exclude<StoredLink, { kind: 'link' }>): void {
    if (read.kind === 'dangling') this.#dangling += 1;
    if (read.kind !== 'misfit') return;
    const { template, effect } = read;
    const { count, first } = this.#misfits.get(template) ?? { count: 0, first: link };
    this.#misfits.set(template, { template, effect, count: count + 1, first });
  }

  all(): Iterable<Misfit> {
    return this.#misfits.values();
  }
}

/** What is wrong with them: the reason of the policy that stands for them, and always fails. */
export function reasonOfMisfit({ count }: Misfit): string {
  return `${count === 1 ? 'a stored link does' : `${count} stored links do`} not fill the slots of a template`;
}

export function logMisfit({ effect, count, first }: Misfit, logger: Logger): void {
  logger.error({ effect, count, first: quote(first) }, `a stored link is invalid: ${CONSEQUENCES[effect]}`);
}

export function logDangling(count: number, logger: Logger): void {
  logger.error({ count }, 'stored links of no template are left out');
}
