import { errorMessage } from '../../errors.ts';
import type { KeyNames } from './key-names.ts';
import { PRELUDE } from './prelude.ts';
import { READ_SCRIPTS, type ReadScript } from './read-scripts.ts';
import type { RedisClient } from './redis-client.ts';
import { listIn, textIn } from './replies.ts';
import { sendCommand } from './send-command.ts';
import { WRITE_SCRIPTS, type WriteScript } from './write-scripts.ts';

type ScriptName = ReadScript | WriteScript;

const SCRIPTS: Readonly<Record<ScriptName, string>> = { ...READ_SCRIPTS, ...WRITE_SCRIPTS };

const NAMES = Object.keys(SCRIPTS) as readonly ScriptName[];

/** Runs scripts by their digests, and by their texts where the server does not have them, or no more. */
export class ScriptRunner {
  readonly #client: RedisClient;
  readonly #keys: readonly string[];
  readonly #migrate: () => Promise<void>;
  #digests: Promise<ReadonlyMap<ScriptName, string>> | undefined;

  /** @param migrate makes the layout what the scripts need, where it is not, as after the server was emptied */
  constructor(client: RedisClient, { keys, migrations }: KeyNames, migrate: () => Promise<void>) {
    this.#client = client;
    this.#keys = [...keys, migrations];
    this.#migrate = migrate;
  }

  /** @throws CARDEA_IO when it writes and the server is a replica; whatever the client rejects with */
  async run(name: ScriptName, values: readonly string[] = [], more: readonly string[] = []): Promise<unknown> {
    const keys = [...this.#keys, ...more];
    const rest = [String(keys.length), ...keys, ...values];
    try {
      return await this.#evaluate(name, rest);
    } catch (error) {
      if (!errorMessage(error).startsWith('LAYOUT')) throw error;
      // It did nothing: it may be sent again.
      await this.#migrate();
      return this.#evaluate(name, rest);
    }
  }

  async #evaluate(name: ScriptName, rest: readonly string[]): Promise<unknown> {
    this.#digests ??= this.#askDigests();
    const digest = (await this.#digests).get(name) ?? '';
    try {
      return await sendCommand(this.#client, ['EVALSHA', digest, ...rest]);
    } catch (error) {
      if (!errorMessage(error).startsWith('NOSCRIPT')) throw error;
      return sendCommand(this.#client, ['EVAL', textOf(name), ...rest]);
    }
  }

  /** The server knows how: there is no synchronous digest that every runtime has. */
  async #askDigests(): Promise<ReadonlyMap<ScriptName, string>> {
    try {
      const texts = NAMES.map(textOf);
      const answer = await sendCommand(this.#client, ['EVAL', DIGESTS, '1', this.#keys[0] ?? '', ...texts]);
      const digests = listIn(answer).map(textIn);
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
