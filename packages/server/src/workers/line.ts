import { CardeaError, errorMessage, type ErrorCode, isCardeaError } from 'cardea';

/** An end of a channel between two threads. */
export interface Port {
  postMessage(message: unknown, transfer: []): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** What a side can be asked for: by name, with a value that can be posted, and with an answer that can be. */
export type Calls = Readonly<Record<string, (value: never) => unknown>>;

type Message =
  | { readonly id: number; readonly call: string; readonly value: unknown }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { readonly code: ErrorCode; readonly message: string } };

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls from thread to thread, in the order in which they are made. */
export class Line<Theirs extends Calls> {
  readonly #port: Port;
  readonly #mine: Calls;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #ended: Error | undefined;

  /** @param mine what this side does when it is asked */
  constructor(port: Port, mine: Calls) {
    this.#port = port;
    this.#mine = mine;
    port.on('message', (message) => this.#take(message as Message));
  }

  /** Rejects where the other side failed, or is gone. */
  call<N extends keyof Theirs & string>(
    name: N,
    value: Parameters<Theirs[N]>[0],
  ): Promise<Awaited<ReturnType<Theirs[N]>>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#port.postMessage({ id, call: name, value } satisfies Message, []);
    });
  }

  /** The other side is gone: whoever waits for it is told. */
  end(reason: Error): void {
    this.#ended = reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #take(message: Message): void {
    if ('call' in message) return void this.#answer(message);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('answer' in message) waiting?.resolve(message.answer);
    else waiting?.reject(new CardeaError(message.failure.code, message.failure.message));
  }

  async #answer({ id, call, value }: Extract<Message, { call: string }>): Promise<void> {
    this.#port.postMessage(await this.#made(id, call, value), []);
  }

  async #made(id: number, call: string, value: unknown): Promise<Message> {
    try {
      return { id, answer: await (this.#mine[call] as (value: unknown) => unknown)(value) };
    } catch (error) {
      const code = isCardeaError(error) ? error.code : 'CARDEA_IO';
      return { id, failure: { code, message: errorMessage(error) } };
    }
  }
}
