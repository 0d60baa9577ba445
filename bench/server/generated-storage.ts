import type { Policy, PolicyChange, RecordedChange, Storage } from '../../packages/cardea/src/index.ts';
import { policiesOf, type Workload } from '../workload.ts';

/** So many changes are remembered: a guard that follows is never so far behind. */
const REMEMBERED = 1_000;

/**
 * Policies that are made when they are read and kept by nobody, as those of a database are in another process: what is
 * resident is what deciding needs.
 */
export class GeneratedStorage {
  readonly #workload: Workload;
  readonly #count: number;
  readonly #listeners = new Set<(revision: number) => void>();
  #changes: RecordedChange[] = [];
  #revision = 1;

  constructor(workload: Workload, count: number) {
    this.#workload = workload;
    this.#count = count;
  }

  /** As a guard takes it: it asks for nothing else. */
  get storage(): Storage {
    const storage: Pick<Storage, 'revision' | 'retrieveAll' | 'changesSince' | 'watch'> = {
      revision: async () => this.#revision,
      retrieveAll: () => this.#policies(),
      changesSince: async (since) => {
        const changes = this.#changes.filter(({ revision }) => revision > since);
        if (changes.length < this.#revision - since) return { complete: false, revision: this.#revision };
        return { complete: true, revision: this.#revision, changes };
      },
      watch: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    };
    return storage as Storage;
  }

  /** Puts another policy in the place of one. */
  change(number: number): void {
    const { uid } = this.#workload.policy(number, this.#count);
    const policy = { ...this.#workload.policy(number + 1, this.#count), uid };
    const change: PolicyChange = { type: 'update', policy };
    this.#revision += 1;
    this.#changes = [...this.#changes.slice(-REMEMBERED), { revision: this.#revision, change }];
    for (const listener of this.#listeners) listener(this.#revision);
  }

  async *#policies(): AsyncIterable<Policy> {
    yield* policiesOf(this.#workload, this.#count);
  }
}
