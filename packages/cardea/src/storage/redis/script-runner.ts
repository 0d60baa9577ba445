import { CardeaError, errorMessage } from '../../errors.ts';
import { PRELUDE } from './prelude.ts';
import { READ_SCRIPTS, type ReadScript } from './read-scripts.ts';
import type { RedisClient } from './redis-client.ts';
import { listIn, textIn } from './replies.ts';
import { WRITE_SCRIPTS, type WriteScript } from './write-scripts.ts';

type ScriptName = ReadScript | WriteScript;

const SCRIPTS: Readonly<Record<ScriptName, string>> = { ...READ_SCRIPTS, ...WRITE_SCRIPTS };

const NAMES = Object.keys(SCRIPTS) as readonly ScriptName[];

/** Runs scripts by their digests, and by their texts where the server does not have them, or no more. */
export class ScriptRunner {
  readonly #client: RedisClient;
  readonly #keys: readonly string[];
  #digests: Promise<ReadonlyMap<ScriptName, string>> | undefined;

  constructor(client: RedisClient, keys: readonly string[]) {
    this.#client = client;
    this.#keys = keys;
  }

  /** @throws CARDEA_IO when it writes and the server is a replica; whatever the client rejects with */
  async run(name: ScriptName, values: readonly string[] = [], more: readonly string[] = []): Promise<unknown> {
    const keys = [...this.#keys, ...more];
    const rest = [String(keys.length), ...keys, ...values];
    this.#digests ??= this.#askDigests();
    const digest = (await this.#digests).get(name) ?? '';
    try {
      return await this.#send(['EVALSHA', digest, ...rest]);
    } catch (error) {
      if (!errorMessage(error).startsWith('NOSCRIPT')) throw error;
      // It did not run: it may be sent again.
      return this.#send(['EVAL', textOf(name), ...rest]);
    }
  }

  async #send(args: string[]): Promise<unknown> {
    try {
      return await this.#client.sendCommand(args);
    } catch (error) {
      if (!/\bREADONLY\b/.test(errorMessage(error))) throw error;
      const message = 'the Redis server is a read-only replica: changes go to its primary';
      throw new CardeaError('CARDEA_IO', message, { cause: error });
    }
  }

  /** The server knows how: there is no synchronous digest that every runtime has. */
  async #askDigests(): Promise<ReadonlyMap<ScriptName, string>> {
    try {
      const texts = NAMES.map(textOf);
      const digests = listIn(await this.#send(['EVAL', DIGESTS, '1', this.#keys[0] ?? '', ...texts])).map(textIn);
      return new Map(NAMES.map((name, at) => [name, digests[at] ?? '']));
    } catch (error) {
      this.#digests = undefined;
      throw error;
    }
  }
}

const DIGESTS = `
local digests = {}
for at = 1, #ARGV do digests[at] = redis.sha1hex(ARGV[at]) end
return digests
`;

function textOf(name: ScriptName): string {
  return `${PRELUDE}${SCRIPTS[name]}`;
}
