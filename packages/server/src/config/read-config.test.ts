import { formatIssue, isCardeaError, type Json } from 'cardea';
import { parseDataDocument } from 'cardea/document';
import { describe, expect, it } from 'vitest';
import { CONFIG_KEYS } from './config-keys.ts';
import type { ConfigProblem } from './config-reason.ts';
import { configSchema } from './config-schema.ts';
import { type ConfigFile, type ConfigFlag, type ConfigSources, readServerConfig } from './read-config.ts';
import type { ServerConfig } from './server-config.ts';

function fileOf(text: string, folder = '/etc/cardea'): ConfigFile {
  const parsed = parseDataDocument(text, { file: 'cardea.yaml' });
  if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join('\n'));
  return { ...parsed.value, folder };
}

function read(sources: Partial<ConfigSources> & { readonly text?: string }): ServerConfig {
  const { text, ...rest } = sources;
  return readServerConfig({ cwd: '/srv', ...(text === undefined ? {} : { file: fileOf(text) }), ...rest });
}

function issuesOf(sources: Parameters<typeof read>[0]): readonly string[] {
  try {
    read(sources);
    return [];
  } catch (error) {
    return isCardeaError(error) ? error.issues.map(formatIssue) : [String(error)];
  }
}

const flag = (key: string, value: Json, name = `--${key}`): ReadonlyMap<string, ConfigFlag> =>
  new Map([[key, { name, value }]]);

describe('a configuration', () => {
  it('is safe and whole where nothing is said', () => {
    const config = read({});
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080, workers: 1 });
    expect(config).toMatchObject({ policies: [], entities: [], administration: { enabled: false } });
    expect(config.limits.evaluations).toBe(1000);
  });

  it('takes a flag before a variable, a variable before the file, and that before the standard', () => {
    const text = 'listen: { port: 1 }';
    const env = { CARDEA_LISTEN__PORT: '2' };
    expect(read({}).listen.port).toBe(8080);
    expect(read({ text }).listen.port).toBe(1);
    expect(read({ text, env }).listen.port).toBe(2);
    expect(read({ text, env, flags: flag('listen.port', '3') }).listen.port).toBe(3);
    expect(read({ text, env, flags: flag('listen.port', 4) }).listen.port).toBe(4);
    // What the other layers say besides stays.
    expect(read({ text: 'listen: { host: "::1", port: 1 }', env }).listen).toMatchObject({ host: '::1', port: 2 });
  });

  it('reads every key from a variable', () => {
    const values: Readonly<Record<string, string>> = { number: '7', truth: 'false', list: 'a,b', data: '[]' };
    for (const { variable, kind, choices, names, standard } of CONFIG_KEYS) {
      const text = choices.at(-1) ?? values[kind] ?? 'x';
      const needed = {
        CARDEA_STORE: 'p.db',
        CARDEA_AUTHENTICATION__API_KEYS: 'k',
        CARDEA_GATEWAYS__ENVOY__SUBJECT_HEADER: 'h',
        CARDEA_ATTRIBUTES__SQL__TABLES: '{"user":{"table":"users"}}',
        CARDEA_ATTRIBUTES__SQL__DATABASE: 'd.db',
        CARDEA_OBSERVE__DECISIONS__TO: 'redis://r',
        CARDEA_OBSERVE__DECISIONS__WHEN_FULL: 'drop',
      };
      const env = { [variable]: text, ...needed };
      const found = names.reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], read({ env }));
      expect(found, variable).not.toEqual(kind === 'truth' || kind === 'data' ? undefined : (standard ?? undefined));
    }
  });

  it('finds files beside the file that names them, and those of variables and flags where the command runs', () => {
    const text =
      'store: p.db\npolicies: [a, /b]\nauthentication: { apiKeys: ../keys.json }\ndecide: { functions: [vakt, ./f.js] }';
    const config = read({ text, env: { CARDEA_ENTITIES: 'e.yaml, f.yaml' } });
    expect(config).toMatchObject({
      store: '/etc/cardea/p.db',
      policies: ['/etc/cardea/a', '/b'],
      entities: ['/srv/e.yaml', '/srv/f.yaml'],
      authentication: { apiKeys: '/etc/keys.json' },
      decide: { functions: ['vakt', '/etc/cardea/f.js'] },
    });
  });

  it.each([
    ['p.db', '/srv/p.db'],
    ['sqlite:p.db', 'sqlite:/srv/p.db'],
    ['sqlite:///p.db', 'sqlite:///p.db'],
    ['postgres://u:p@h/d', 'postgres://u:p@h/d'],
    ['C:\\p.db', '/srv/C:\\p.db'],
  ])('takes the store `%s` as `%s`', (store, expected) => {
    expect(read({ env: { CARDEA_STORE: store } }).store).toBe(expected);
  });

  it('passes over empty variables, and those of others', () => {
    const env = { CARDEA_LISTEN__PORT: '', CARDEA_PORT: 'tcp://10.0.0.1:80', CARDEA_PORT_80_TCP: 'x', PATH: '/bin' };
    expect(read({ env }).listen.port).toBe(8080);
  });
});

describe('a configuration that is wrong', () => {
  it.each([
    ['listen: { workers: 2 }\nstore: p.db\ndecide: { residence: on-demand }', 'threads share what is in memory'],
    ['listen: { workers: 2 }\nobserve: { decisions: { to: d.ndjson, whenFull: drop } }', 'name a stream'],
  ])('wants of several threads what they cannot: %s', (text, told) => {
    expect(() => read({ text })).toThrow(told);
  });

  it.each<[string, Parameters<typeof read>[0], string]>([
    [
      'a text for a number',
      { text: 'listen:\n  port: http' },
      'cardea.yaml:2:3: listen.port: must be a number [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a fraction',
      { text: 'listen: { port: 1.5 }' },
      'cardea.yaml:1:11: listen.port: must be a whole number [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'too much',
      { env: { CARDEA_LISTEN__PORT: '70000' } },
      'CARDEA_LISTEN__PORT: listen.port: must be at most 65535 [CARDEA_INVALID_ARGUMENT]',
    ],
    [
      'too little',
      { flags: flag('limits.depth', '0', '--set limits.depth') },
      '--set limits.depth: limits.depth: must be at least 1 [CARDEA_INVALID_ARGUMENT]',
    ],
    [
      'none of some',
      { text: 'decide: { combining: best }' },
      'cardea.yaml:1:11: decide.combining: must be one of `deny-overrides`, `ordered-deny-overrides`, `allow-overrides`, `first-applicable`, `highest-priority` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'neither true nor false',
      { env: { CARDEA_ADMINISTRATION__ENABLED: 'yes' } },
      'CARDEA_ADMINISTRATION__ENABLED: administration.enabled: must be `true` or `false` [CARDEA_INVALID_ARGUMENT]',
    ],
    ['an empty text', { text: 'store: ""' }, 'cardea.yaml:1:1: store: must not be empty [CARDEA_INVALID_DOCUMENT]'],
    [
      'an unknown key',
      { text: 'listen: { prot: 1 }' },
      'cardea.yaml:1:11: listen.prot: there is no such key [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'an unknown section',
      { text: '__proto__: { port: 1 }' },
      'cardea.yaml:1:1: __proto__: there is no such key [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'an unknown variable of a section',
      { env: { CARDEA_LISTEN__PROT: '1' } },
      'CARDEA_LISTEN__PROT: there is no such key [CARDEA_INVALID_ARGUMENT]',
    ],
    [
      'an unknown key of --set',
      { flags: flag('listen.prot', '1', '--set') },
      '--set: there is no key `listen.prot` [CARDEA_INVALID_ARGUMENT]',
    ],
    ['a list', { text: '[]' }, 'cardea.yaml:1:1: must be a mapping [CARDEA_INVALID_DOCUMENT]'],
    [
      'a section that is none',
      { text: 'listen: 8080', env: { CARDEA_LISTEN__PORT: '1' } },
      'cardea.yaml:1:1: listen: must be a mapping [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'paths that are no list',
      { text: 'policies: policies' },
      'cardea.yaml:1:1: policies: must be a list [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'an address that others reach, and nobody who is asked',
      { text: 'listen: { host: 0.0.0.0 }' },
      'cardea.yaml:1:11: listen.host: others reach this address, and nobody is asked who they are: set `authentication` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'administration without a store',
      { text: 'administration: { enabled: true }\nauthentication: { apiKeys: k }' },
      'cardea.yaml:1:19: administration.enabled: documents are not changed over HTTP: name a `store` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'administration by anybody',
      { text: 'administration: { enabled: true }\nstore: p.db' },
      'cardea.yaml:1:19: administration.enabled: nobody changes policies unasked who they are: set `authentication` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'an algorithm that is not allowed',
      {
        env: {
          CARDEA_AUTHENTICATION__JWT: '[{"issuer":"a","audience":"b","jwksUrl":"https://a","algorithms":["none"]}]',
        },
      },
      'CARDEA_AUTHENTICATION__JWT: authentication.jwt[0].algorithms[0]: must be one of `ES256`, `ES384`, `ES512`, `EdDSA`, `Ed25519`, `PS256`, `PS384`, `PS512`, `RS256`, `RS384`, `RS512` [CARDEA_INVALID_ARGUMENT]',
    ],
    [
      'an issuer twice',
      {
        text: 'authentication:\n  jwt:\n    - &a { issuer: a, audience: b, jwksUrl: "https://a" }\n    - *a\n',
      },
      'cardea.yaml:3:12: authentication.jwt[1].issuer: another has this name [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'an issuer without an audience',
      { text: 'authentication: { jwt: [{ issuer: a, jwksUrl: "https://a" }] }' },
      'cardea.yaml:1:25: authentication.jwt[0].audience: is missing: it must be a text [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a proxy whose peers are no network',
      {
        text: 'authentication: { proxies: [{ peers: [x], header: h, form: subject, callers: [{ subject: s, caller: c, roles: [decider] }] }] }',
      },
      'cardea.yaml:1:29: authentication.proxies[0]: certificates by a proxy: `x` is no network such as `10.0.0.0/8` or `2001:db8::/32` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'documents on demand',
      { text: 'decide: { residence: on-demand }' },
      'cardea.yaml:1:11: decide.residence: documents are always in memory: name a `store` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a decision log without a policy for losses',
      { env: { CARDEA_OBSERVE__DECISIONS__TO: 'd.ndjson' } },
      'observe.decisions.whenFull: must be one of `block`, `drop` [CARDEA_INVALID_ARGUMENT]',
    ],
    [
      'tables of nothing',
      { text: 'attributes: { sql: { tables: {} } }' },
      'cardea.yaml:1:15: attributes.sql: documents have no tables: name a `database`, or a `store` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'parents in a shape of their own',
      { text: 'store: p.db\nattributes:\n  sql:\n    tables: { user: { table: u, parents: [{ type: group }] } }' },
      'cardea.yaml:4:43: attributes.sql.tables.user.parents[0]: has `type` and `column`, or `type`, `table`, `child` and `parent` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a service at a URL with a password',
      { text: 'attributes: { http: [{ url: "https://a:S3CRET@h/", types: [user] }] }' },
      'cardea.yaml:1:24: attributes.http[0].url: must be a URL of HTTP without user, query and fragment [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a history twice',
      { text: 'store: p.db\nadministration: { history: h, historyTable: h }' },
      'cardea.yaml:2:31: administration.historyTable: there is a `history` in a file already [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a bus, and nothing that others change',
      { text: 'bus: { url: "nats://h" }' },
      'cardea.yaml:1:8: bus.url: documents are of one server alone: name a `store` [CARDEA_INVALID_DOCUMENT]',
    ],
    [
      'a bus on all subjects',
      { text: 'bus: { subject: "cardea.>" }' },
      'cardea.yaml:1:8: bus.subject: must be the name of a subject, without wildcards [CARDEA_INVALID_DOCUMENT]',
    ],
  ])('with %s is refused, with who said it, the path and the reason', (_, sources, issue) => {
    expect(issuesOf(sources)).toEqual([issue]);
  });

  it('is refused by the further rules of who reads it', () => {
    const check = (): readonly ConfigProblem[] => [{ path: ['store'], message: 'is no store' }];
    expect(issuesOf({ env: { CARDEA_STORE: 'x' }, check })).toEqual([
      'CARDEA_STORE: store: is no store [CARDEA_INVALID_ARGUMENT]',
    ]);
  });

  it('is refused with all that is wrong', () => {
    const found = issuesOf({ text: 'a: 1\nlisten: { port: x, host: 5 }', env: { CARDEA_LIMITS__DEPTH: 'deep' } });
    expect(found).toHaveLength(4);
  });

  it('repeats no value, which might be a secret', () => {
    const secret = 'S3CRET';
    for (const { key, variable, kind } of CONFIG_KEYS) {
      const wrong = kind === 'text' ? [secret] : secret;
      const env = { [variable]: `["${secret}",${secret}]` };
      for (const sources of [{ flags: flag(key, wrong, '--set') }, { env }])
        expect(issuesOf(sources).join('\n')).not.toContain(secret);
    }
  });
});

describe('the schema of configurations', () => {
  it('has every key, and no words for the reader alone', () => {
    const text = JSON.stringify(configSchema);
    for (const { names } of CONFIG_KEYS) expect(text).toContain(`"${names.at(-1)}":{`);
    expect(text).not.toMatch(/"path":"/);
  });
});
