import type { PolicyLink } from '../model/link.ts';
import { linkOfText, linkText } from './link-text.ts';

/** The links of a memory storage: one text each, and no object. */
export class MemoryLinks {
  readonly #texts = new Map<string, Set<string>>();

  countOf(template: string): number {
    return this.#texts.get(template)?.size ?? 0;
  }

  has(template: string, text: string): boolean {
    return this.#texts.get(template)?.has(text) === true;
  }

  /** @returns whether it was new */
  link(link: PolicyLink, slots: readonly string[]): boolean {
    const text = linkText(link, slots);
    if (text === undefined) return false;
    const texts = this.#texts.get(link.template) ?? new Set();
    const before = texts.size;
    if (before === 0) this.#texts.set(link.template, texts);
    return texts.add(text).size > before;
  }

  /** @returns whether it was there */
  unlink(link: PolicyLink, slots: readonly string[]): boolean {
    const text = linkText(link, slots);
    return text !== undefined && this.#texts.get(link.template)?.delete(text) === true;
  }

  deleteTemplate(template: string): void {
    // Emptied too: somebody may be reading them.
    this.#texts.get(template)?.clear();
    this.#texts.delete(template);
  }

  /** All links as they are while they are read: those that stay from the beginning to the end are among them. */
  *all(slotsOf: (template: string) => readonly string[]): Iterable<PolicyLink> {
    for (const [template, texts] of firstOf(this.#texts, this.#texts.size)) {
      for (const text of firstOf(texts, texts.size)) yield linkOfText(template, text, slotsOf(template));
    }
  }
}

/** What is added while one reads stands at the end: without a bound, a busy writer would keep the reader for ever. */
function* firstOf<T>(items: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}
