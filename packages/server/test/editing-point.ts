import { Guard, type Json, type JsonObject, type Storage } from 'cardea';
import { apiKeys, createApiKey, decisionPoint, type DecisionPointOptions, type Role, ROLES } from '../src/index.ts';

/** A request by what differs from reading as an editor. */
export interface Asked {
  readonly method?: string;
  readonly body?: Json | string;
  readonly match?: string | undefined;
  /** Nobody, where it is null. */
  readonly role?: Role | null;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** What the text says as JSON; empty where it is none. */
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly tag: string | undefined;
}

/** A decision point whose policies can be changed, with a caller of each role. */
export interface EditingPoint {
  readonly storage: Storage;
  readonly guard: Guard;
  /** The fields of what the logger was told. */
  readonly told: readonly object[];
  readonly ask: (path: string, asked?: Asked) => Promise<Answered>;
}

export async function editingPoint(
  storage: Storage,
  options: Partial<DecisionPointOptions> = {},
): Promise<EditingPoint> {
  const keys = new Map<Role, Awaited<ReturnType<typeof createApiKey>>>();
  for (const role of ROLES) keys.set(role, await createApiKey({ id: role, roles: [role] }));
  const told: object[] = [];
  const log = (fields: object): void => void told.push(fields);
  const guard = new Guard(storage);
  await guard.ready();
  const handle = await decisionPoint({
    guard,
    publicUrl: 'https://pdp.example',
    policies: storage,
    authenticators: [apiKeys([...keys.values()].map(({ record }) => record))],
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
    ...options,
  });
  const ask = async (
    path: string,
    { method = 'GET', body, match, role = 'editor', type, headers: more = {} }: Asked = {},
  ): Promise<Answered> => {
    const headers = new Map([['content-type', type ?? 'application/json'], ...Object.entries(more)]);
    if (role !== null) headers.set('authorization', `Bearer ${keys.get(role)?.key ?? ''}`);
    if (match !== undefined) headers.set('if-match', match);
    const [at = '', query = ''] = path.split('?');
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const answer = await handle({
      method,
      path: at,
      query,
      header: (name) => headers.get(name),
      body: new TextEncoder().encode(text),
    });
    return { ...answer, text: answer.body, body: jsonOf(answer.body), tag: answer.headers['etag'] };
  };
  return { storage, guard, told, ask };
}

/** Where the policy of a uid is. */
export const policyPath = (uid: string): string => `/v1/policies/${encodeURIComponent(uid)}`;

function jsonOf(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
