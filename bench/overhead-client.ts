import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import type { ServiceOrder, ServiceWord } from './overhead-service.ts';
import { pinnedNode } from './pinned.ts';

/** One request. */
export interface Asked {
  readonly path: string;
  readonly user: string;
}

/** What a service answered, and how long it took from the call to the end of the body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly tookNs: number;
}

/** A service in a process of its own, asked over one connection that is kept. */
export class ServiceClient {
  readonly #process: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #port = 0;

  private constructor(order: ServiceOrder) {
    const node = pinnedNode(['--conditions=cardea-source']);
    this.#process = fork(join(import.meta.dirname, 'overhead-service.ts'), [JSON.stringify(order)], node);
  }

  static async start(order: ServiceOrder): Promise<ServiceClient> {
    const client = new ServiceClient(order);
    const word = await client.#word();
    if ('port' in word) client.#port = word.port;
    return client;
  }

  /** The processor time that the process has taken, of all its threads. */
  async cpuNs(): Promise<number> {
    this.#process.send('cpu');
    const word = await this.#word();
    return 'cpuNs' in word ? word.cpuNs : 0;
  }

  async get({ path, user }: Asked): Promise<Answer> {
    const options = { host: '127.0.0.1', port: this.#port, agent: this.#agent, path, headers: { 'x-user': user } };
    const start = process.hrtime.bigint();
    const { status, body } = await new Promise<Omit<Answer, 'tookNs'>>((resolve, reject) => {
      const request = get(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => void (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', reject);
      });
      request.on('error', reject);
    });
    return { status, body, tookNs: Number(process.hrtime.bigint() - start) };
  }

  async end(): Promise<void> {
    this.#agent.destroy();
    if (this.#process.exitCode !== null) return;
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }

  async #word(): Promise<ServiceWord> {
    const [word] = (await once(this.#process, 'message')) as [ServiceWord];
    return word;
  }
}
