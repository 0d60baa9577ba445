import { usageError } from '../report-error.ts';
import { isUrl, maskedUrl } from './store-url.ts';

/**
 * The URLs of a command line, whose secrets nobody sees but who connects: everything else gets them masked, so that no
 * message, report or help can repeat them.
 */
export class HiddenUrls {
  readonly #whole = new Map<string, string>();

  /**
   * The words of a command line with their URLs masked.
   *
   * @throws CARDEA_INVALID_ARGUMENT when two URLs differ in their secrets alone
   */
  hide(words: readonly string[]): readonly string[] {
    return words.map((word, at) => {
      const [, option = '', value = word] = /^(--?[\w-]+=|-s(?=.*:))(.*)$/s.exec(word) ?? [];
      const isStore = /^(?:--store=|-s)/.test(option) || /^(?:--store|-s)$/.test(words[at - 1] ?? '');
      return isUrl(value) || (isStore && /\/\/.*@/s.test(value)) ? option + this.#mask(value) : word;
    });
  }

  /** The URL behind a masked one; any other word as it is. */
  reveal(word: string): string {
    return this.#whole.get(word) ?? word;
  }

  #mask(url: string): string {
    const masked = maskedUrl(url);
    const other = this.#whole.get(masked);
    if (other !== undefined && other !== url)
      throw usageError('two URLs differ in their user, password or parameters alone: name one of them by CARDEA_STORE');
    this.#whole.set(masked, url);
    return masked;
  }
}
