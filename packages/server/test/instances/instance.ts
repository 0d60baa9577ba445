import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Policy } from 'cardea';
import type { DatabaseAddress } from '../../../cardea/test/open-database.ts';
import { type ApiKeyRecord, createApiKey } from '../../src/index.ts';

/** What an instance is told when it starts. */
export interface InstanceTask {
  readonly address: DatabaseAddress;
  readonly port: number;
  readonly record: ApiKeyRecord;
  /** Whether its guard is never told of changes, as if every notification was lost. */
  readonly isDeaf?: boolean;
}

/** What an instance answers. */
export interface Answer {
  readonly status: number;
  readonly revision: number;
  readonly allowed: boolean | undefined;
}

const CHILD = join(import.meta.dirname, 'instance-child.ts');
const { key, record } = await createApiKey({ id: 'test', caller: 'test', roles: ['admin'] });
const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${key}` };

/** A decision point in a process of its own, over a database that it shares with others. */
export class Instance {
  readonly #task: InstanceTask;
  #child: ChildProcess;
  readonly url: string;

  private constructor(task: InstanceTask, child: ChildProcess, url: string) {
    this.#task = task;
    this.#child = child;
    this.url = url;
  }

  /** Resolves when it listens. */
  static async start(options: Pick<InstanceTask, 'address' | 'isDeaf'>): Promise<Instance> {
    const { child, url } = await launch({ ...options, port: 0, record });
    return new Instance({ ...options, port: Number(new URL(url).port), record }, child, url);
  }

  /** Asks whether a subject may, over a revision or a later one. Rejects where nothing answers. */
  async ask(id: string, least?: number): Promise<Answer> {
    const headers = least === undefined ? HEADERS : { ...HEADERS, 'cardea-min-revision': String(least) };
    const body = { subject: { type: 'user', id }, action: { name: 'get' }, resource: { type: 'book', id: '1' } };
    const answer = await this.#post('/access/v1/evaluation', headers, body);
    const { decision } = (await answer.json()) as { readonly decision?: boolean };
    return { status: answer.status, revision: Number(answer.headers.get('cardea-revision') ?? -1), allowed: decision };
  }

  /** Adds a policy, again where another writer was first. @returns the revision, or the status where it is refused */
  async add(policy: Policy): Promise<{ readonly revision: number } | { readonly status: number }> {
    const listed = await fetch(`${this.url}/v1/policies?limit=1`, { headers: HEADERS });
    await listed.body?.cancel();
    if (!listed.ok) return { status: listed.status };
    for (let base = revisionOf(listed); ; ) {
      const headers = { ...HEADERS, 'if-match': `"${base}"` };
      const answer = await this.#post('/v1/policies:apply', headers, { changes: [{ type: 'add', policy }] });
      if (answer.ok) return (await answer.json()) as { readonly revision: number };
      if (answer.status !== 412) return { status: answer.status };
      base = revisionOf(answer);
    }
  }

  /** Makes a change that is based on a revision. @returns the status, and the revision where it was made */
  async change(change: object, base: number): Promise<{ readonly status: number; readonly revision?: number }> {
    const headers = { ...HEADERS, 'if-match': `"${base}"` };
    const answer = await this.#post('/v1/policies:apply', headers, { changes: [change] });
    const { revision } = (await answer.json()) as { readonly revision?: number };
    return revision === undefined ? { status: answer.status } : { status: answer.status, revision };
  }

  /** The uids of all policies, and of which revision they are; undefined where the store does not answer. */
  async listed(): Promise<{ readonly uids: readonly string[]; readonly revision: number } | undefined> {
    const answer = await fetch(`${this.url}/v1/policies?limit=1000`, { headers: HEADERS });
    const { policies } = (await answer.json()) as { readonly policies?: readonly { readonly uid: string }[] };
    return policies && { uids: policies.map(({ uid }) => uid), revision: revisionOf(answer) };
  }

  /** The memory that it uses, in bytes, without garbage. */
  async usedBytes(): Promise<number> {
    const told = once(this.#child, 'message');
    this.#child.send('memory');
    const [bytes] = (await told) as [number];
    return bytes;
  }

  /** What its readiness says. */
  async ready(): Promise<{ readonly ready: boolean; readonly behindMs: number }> {
    const answer = await fetch(`${this.url}/health/ready`);
    return (await answer.json()) as { readonly ready: boolean; readonly behindMs: number };
  }

  /** Starts it again where it was, after it has ended. */
  async startAgain(): Promise<void> {
    const { child } = await launch(this.#task);
    this.#child = child;
  }

  /** Ends it with SIGKILL. */
  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.send('stop');
    await ended;
  }

  #post(path: string, headers: Readonly<Record<string, string>>, body: object): Promise<Response> {
    return fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}

/** The revision that a tag is of. */
function revisionOf({ headers }: Response): number {
  return Number(headers.get('etag')?.replaceAll('"', ''));
}

/** A policy that lets one user in. */
export function letting(id: string): Policy {
  return {
    uid: id,
    effect: 'allow',
    subjects: [{ type: 'user', id }],
    actions: ['get'],
    resources: [{ type: 'book' }],
  };
}

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  for (const end = performance.now() + timeoutMs; !(await isSo().catch(() => false)); ) {
    if (performance.now() > end) throw new Error('it did not come in time');
    await setTimeout(20);
  }
}

async function launch(task: InstanceTask): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(CHILD, [JSON.stringify(task)], {
    execArgv: ['--conditions=cardea-source', '--no-warnings', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the instance ended with ${String(code)}`);
  });
  ended.catch(() => undefined); // from now on it may end when it is told to
  const [url] = (await Promise.race([once(child, 'message'), ended])) as [string];
  return { child, url };
}
