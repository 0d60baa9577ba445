import type { Batch } from '../stored/backend.ts';
import { batchValues, piecesOf } from './batch-values.ts';
import type { KeyNames } from './key-names.ts';
import { textIn } from './replies.ts';
import type { ScriptRunner } from './script-runner.ts';

/** What one command carries of a batch: larger ones would keep the server from answering others. */
const PIECE = { count: 5000, length: 2 ** 20 };
/** How long a part of a batch waits for the next one, in milliseconds: those of a process that died go away. */
const STAGED_MS = 120_000;

/** Commits batches: by one command where they are small, else laid ready piece by piece and then written at once. */
export class BatchCommitter {
  readonly #scripts: ScriptRunner;
  readonly #names: KeyNames;
  #writer: Promise<string> | undefined;
  #batches = 0;

  constructor(scripts: ScriptRunner, names: KeyNames) {
    this.#scripts = scripts;
    this.#names = names;
  }

  async commit(batch: Batch): Promise<boolean> {
    this.#writer ??= this.#enlist();
    const token = `${await this.#writer}.${++this.#batches}`;
    const values = batchValues(batch);
    const pieces = piecesOf(values, PIECE);
    if (pieces.length <= 1) return this.#write(batch, token, { staged: 0, values });
    const isStaged = await this.#stage(batch, token, pieces);
    return isStaged && this.#write(batch, token, { staged: values.length, values: [] });
  }

  /** A number that no other writer has: with it and a count of its own it names its batches. */
  async #enlist(): Promise<string> {
    try {
      return textIn(await this.#scripts.run('enlist', [], [this.#names.stage('new')]));
    } catch (error) {
      this.#writer = undefined;
      throw error;
    }
  }

  async #stage({ base }: Batch, token: string, pieces: readonly (readonly string[])[]): Promise<boolean> {
    let staged = 0;
    for (const piece of pieces) {
      const values = [String(base), String(staged), String(STAGED_MS), ...piece];
      // Others came first: what lies there goes away by itself.
      if (Number(await this.#scripts.run('stage', values, [this.#names.stage(token)])) !== 1) return false;
      staged += piece.length;
    }
    return true;
  }

  async #write(
    { base, head, keepChanges = 0 }: Batch,
    token: string,
    { staged, values }: { readonly staged: number; readonly values: readonly string[] },
  ): Promise<boolean> {
    const { revision, shapesVersion, nextSeq, keyer } = head;
    const numbers = [keepChanges, staged].map(String);
    const given = [token, String(base), String(revision), shapesVersion, String(nextSeq), keyer, ...numbers];
    const all = [...given, this.#names.channel, ...values];
    return Number(await this.#scripts.run('commit', all, [this.#names.stage(token)])) === 1;
  }
}
