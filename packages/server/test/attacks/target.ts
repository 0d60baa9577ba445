import { allow, deny, Guard, MemoryStorage, type Policy, type Storage } from 'cardea';
import { any } from 'cardea/rules';
import { sqlStorage } from 'cardea/storage/sql';
import SqliteDatabase from 'better-sqlite3';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { Kysely, SqliteDialect } from 'kysely';
import { createApiKey, type Role, ROLES } from '../../src/index.ts';
import { createServer } from '../../src/node/index.ts';
import { createWorkers, SharedPolicies } from '../../src/workers/index.ts';
import { type KnownCallers, targetOptions } from './target-options.ts';

/** Who sends an attack. */
export type Sender = Role | 'nobody' | 'stranger' | 'former';

/** A server with secrets, in front of which attacks stand. */
export interface Target {
  readonly port: number;
  readonly storage: Storage;
  /** What the logger was told, as a text. */
  readonly told: () => string;
  /** The value of `Authorization`; undefined for nobody. */
  readonly credentials: (sender: Sender) => string | undefined;
  /** The keys of an issuer whose tokens count. */
  readonly issuer: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  /** What must stand in no answer and in no log. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** Names of policies, attributes and values that no answer tells to who may not know them. */
export const CANARIES = ['canary-policy', 'canary-denial', 'canary-attribute', 'canary-value'] as const;

const POLICIES: readonly Policy[] = [
  allow({ uid: 'canary-policy', subjects: [{ type: 'user' }], actions: ['read'], resources: [{ type: 'book' }] }),
  deny({
    uid: 'canary-denial',
    subjects: [any()],
    actions: [any()],
    resources: [{ 'canary-attribute': 'canary-value' }],
  }),
];

/** Where the policies of a target are, and how many workers answer, where not the process itself does. */
export const STORAGES: Readonly<
  Record<string, () => { readonly storage: Storage; readonly workers?: number; readonly end: () => Promise<void> }>
> = {
  memory: () => ({ storage: new MemoryStorage(POLICIES), end: async () => undefined }),
  'memory, by workers': () => ({ storage: new MemoryStorage(POLICIES), workers: 2, end: async () => undefined }),
  SQLite: () => {
    const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new SqliteDatabase(':memory:') }) });
    const storage = sqlStorage(kysely);
    return {
      storage,
      end: async () => {
        await storage.close();
        await kysely.destroy();
      },
    };
  },
};

const WORKERS = {
  script: new URL('./target-child.ts', import.meta.url),
  execArgv: ['--conditions=cardea-source', '--no-warnings'],
};

export async function startTarget(kind: string): Promise<Target> {
  const { storage, workers, end } = (STORAGES[kind] as (typeof STORAGES)[string])();
  if ((await storage.revision()) === 0) await storage.addAll(POLICIES);
  const keys = new Map<Sender, Awaited<ReturnType<typeof createApiKey>>>();
  for (const role of ROLES) keys.set(role, await createApiKey({ id: role, roles: [role] }));
  keys.set('former', await createApiKey({ id: 'former', roles: ['admin'], expires: '2020-01-01T00:00:00Z' }));
  const records = [...keys.values()].map(({ record }) => record);
  keys.set('stranger', await createApiKey({ id: 'stranger', roles: ['admin'] }));

  const issuer = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(issuer.publicKey)), alg: 'ES256', kid: 'own' };
  const callers: KnownCallers = { records, jwk };
  const lines: string[] = [];
  const shared = new SharedPolicies();
  const guard = new Guard(storage, workers === undefined ? {} : { engine: shared.engine });
  await guard.ready();
  const options = { guard, policies: storage, ...targetOptions(callers, (line) => lines.push(line)) };
  const channel = crypto.randomUUID();
  const told = new BroadcastChannel(channel);
  told.addEventListener('message', ({ data }) => lines.push(data as string));
  const server = await (workers === undefined
    ? createServer(options)
    : createWorkers({ ...options, ...WORKERS, shared, workers, data: { callers, channel } }));
  const secretOf = ({ key, record }: Awaited<ReturnType<typeof createApiKey>>): readonly string[] => [
    key,
    record.sha256,
  ];
  return {
    port: Number(new URL(server.url).port),
    storage,
    issuer,
    told: () => lines.join('\n'),
    credentials: (sender) => (sender === 'nobody' ? undefined : `Bearer ${keys.get(sender)?.key ?? ''}`),
    secrets: [...keys.values()].flatMap(secretOf),
    async close() {
      await server.close();
      await guard.close();
      told.close();
      await end();
    },
  };
}
