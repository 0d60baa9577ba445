import { allow, deny, Guard, MemoryStorage, type Policy, type Storage } from 'cardea';
import { any } from 'cardea/rules';
import { sqlStorage } from 'cardea/storage/sql';
import SqliteDatabase from 'better-sqlite3';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { Kysely, SqliteDialect } from 'kysely';
import { apiKeys, createApiKey, memoryDirectory, type Role, ROLES } from '../../src/index.ts';
import { jsonWebTokens } from '../../src/jwt/index.ts';
import { createServer } from '../../src/node/index.ts';

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

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'pdp';
export const BODY_LIMIT = 64 * 1024;
export const REQUEST_TIMEOUT_MS = 500;

/** Where the policies of a target are. */
export const STORAGES: Readonly<
  Record<string, () => { readonly storage: Storage; readonly end: () => Promise<void> }>
> = {
  memory: () => ({ storage: new MemoryStorage(POLICIES), end: async () => undefined }),
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

export async function startTarget(kind: string): Promise<Target> {
  const { storage, end } = (STORAGES[kind] as (typeof STORAGES)[string])();
  if ((await storage.revision()) === 0) await storage.addAll(POLICIES);
  const keys = new Map<Sender, Awaited<ReturnType<typeof createApiKey>>>();
  for (const role of ROLES) keys.set(role, await createApiKey({ id: role, roles: [role] }));
  keys.set('former', await createApiKey({ id: 'former', roles: ['admin'], expires: '2020-01-01T00:00:00Z' }));
  const records = [...keys.values()].map(({ record }) => record);
  keys.set('stranger', await createApiKey({ id: 'stranger', roles: ['admin'] }));

  const issuer = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(issuer.publicKey)), alg: 'ES256', kid: 'own' };
  const tokens = jsonWebTokens([{ issuer: ISSUER, audience: AUDIENCE, jwksUrl: `${ISSUER}/jwks` }], {
    fetch: async () => Response.json({ keys: [jwk] }),
  });

  const lines: string[] = [];
  const log = (fields: object, message: string): void => {
    const { err, ...rest } = fields as { readonly err?: unknown };
    lines.push(`${message} ${JSON.stringify(rest)} ${err instanceof Error ? (err.stack ?? '') : ''}`);
  };
  const guard = new Guard(storage);
  await guard.ready();
  const server = await createServer({
    guard,
    policies: storage,
    directory: memoryDirectory({
      entities: [
        { type: 'user', id: 'alice' },
        { type: 'user', id: 'bob' },
        { type: 'book', id: 'a' },
        { type: 'book', id: 'b', properties: { 'canary-attribute': 'canary-value' } },
        { type: 'book', id: 'c' },
      ],
      actions: [{ name: 'read' }],
    }),
    authenticators: [apiKeys(records), tokens],
    bodyLimit: BODY_LIMIT,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    limits: { evaluations: 20, waitMs: 50 },
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
  });
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
      await end();
    },
  };
}
