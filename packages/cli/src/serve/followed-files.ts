import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { errorMessage, formatIssue, isCardeaError, type Logger } from 'cardea';

/** Files that something was made of, and how it is made anew. */
export interface FollowedFile {
  /** What is made of them, for the log: `policies`. */
  readonly what: string;
  /** The files as they are called now; those of a folder change. */
  readonly files: () => Promise<readonly string[]>;
  /** Makes it anew; what it was stays where this rejects. */
  readonly load: () => Promise<void>;
}

interface Followed extends FollowedFile {
  /** The files as they were loaded, and as they were at the last look. */
  loaded: string;
  seen: string;
}

/**
 * Notices changes of files by looking at them, which every file system and volume of an orchestrator allows. Something is
 * loaded when two looks in a row find the files alike, and otherwise than they were loaded: one that is still being written
 * would be taken for a shorter one, with denials missing.
 */
export class FollowedFiles {
  readonly #followed: Followed[] = [];
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Loads something for the first time, and follows its files from then on. */
  async load(file: FollowedFile): Promise<void> {
    // Looked at before, so that a change while it is loaded is one.
    const now = await fingerprint(file);
    await file.load();
    this.#followed.push({ ...file, loaded: now, seen: now });
  }

  /**
   * Looks again and again.
   *
   * @param everyMs 0 for never
   * @returns how to stop, and to wait for what is being loaded
   */
  start(everyMs: number): () => Promise<void> {
    const controller = new AbortController();
    const looking = everyMs === 0 ? Promise.resolve() : this.#follow(everyMs, controller.signal);
    return () => {
      controller.abort();
      return looking;
    };
  }

  async #follow(everyMs: number, signal: AbortSignal): Promise<void> {
    const pause = (): Promise<boolean> =>
      setTimeout(everyMs, true, { signal }).catch(() => {
        // Woken, to stop.
        return false;
      });
    // One look after the other.
    // oxlint-disable-next-line no-await-in-loop
    while (await pause()) await this.look();
  }

  /** One look at all files. */
  async look(): Promise<void> {
    await Promise.all(this.#followed.map((file) => this.#lookAt(file)));
  }

  async #lookAt(file: Followed): Promise<void> {
    const now = await fingerprint(file);
    const isSettled = now === file.seen;
    file.seen = now;
    if (!isSettled || now === file.loaded) return;
    file.loaded = now;
    try {
      await file.load();
      this.#logger.info({}, `${file.what} were read again`);
    } catch (error) {
      const issues = isCardeaError(error) ? error.issues.map(formatIssue) : [];
      const reason = issues.length > 0 ? { issues } : { reason: errorMessage(error) };
      this.#logger.error(reason, `${file.what} stay as they were`);
    }
  }
}

/** A text that is another when a file has changed, has come or gone. */
async function fingerprint({ files }: FollowedFile): Promise<string> {
  try {
    const names = await files();
    const stats = await Promise.all(names.map((name) => stat(name, { bigint: true }).catch(() => undefined)));
    const facts = stats.map((found) => [found?.mtimeNs, found?.size, found?.ino].join());
    return JSON.stringify(names.map((name, at) => [name, facts[at]]));
  } catch (error) {
    return errorMessage(error);
  }
}
