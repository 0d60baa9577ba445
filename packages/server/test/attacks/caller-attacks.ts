import { type Attack, type Asked, attack, EVALUATION, PERMITTED } from './attack.ts';
import type { Sender } from './target.ts';

const POLICY = JSON.stringify({
  uid: 'canary-policy',
  effect: 'allow',
  subjects: ['<.*>'],
  actions: ['<.*>'],
  resources: ['<.*>'],
});
const CHANGES = '{"changes":[{"type":"delete","uid":"canary-denial"}]}';
const MATCH = { headers: ['If-Match: "1"'] } as const;

/** Every request that writes, with which a caller who may would change the policies. */
const WRITES: Readonly<Record<string, Asked>> = {
  'a policy that is replaced': { method: 'PUT', path: '/v1/policies/canary-policy', body: POLICY, ...MATCH },
  'a policy that is made': {
    method: 'PUT',
    path: '/v1/policies/mine',
    body: POLICY.replace('canary-policy', 'mine'),
    ...MATCH,
  },
  'a policy that is patched': {
    method: 'PATCH',
    path: '/v1/policies/canary-denial',
    type: 'application/merge-patch+json',
    body: '{"subjects":["nobody"]}',
    ...MATCH,
  },
  'a policy that is taken away': { method: 'DELETE', path: '/v1/policies/canary-denial', body: '', ...MATCH },
  'several changes': { path: '/v1/policies:apply', body: CHANGES, ...MATCH },
  'a document that is imported': { path: '/v1/policies:import?mode=replace', body: '{"policies":[]}', ...MATCH },
};

/** Every request that tells of the policies. */
const READS: Readonly<Record<string, Asked>> = {
  'the policies': { method: 'GET', path: '/v1/policies', body: '' },
  'a policy': { method: 'GET', path: '/v1/policies/canary-policy', body: '' },
  'a policy without its body': { method: 'HEAD', path: '/v1/policies/canary-policy', body: '' },
  'the policies as a document': { method: 'GET', path: '/v1/policies:export', body: '' },
  'the links': { method: 'GET', path: '/v1/policies:links', body: '' },
  'the history': { method: 'GET', path: '/v1/policies:history', body: '' },
  'a dry run': { path: '/v1/policies:dry-run', body: '{"changes":[],"inquiries":[]}' },
  'whether a policy is valid': { path: '/v1/policies:validate', body: '[]' },
};

const DECISIONS: Readonly<Record<string, Asked>> = {
  'a decision': {},
  'several decisions': { path: '/access/v1/evaluations', body: JSON.stringify({ ...PERMITTED, evaluations: [{}] }) },
  'a search for subjects': { path: '/access/v1/search/subject' },
  'a search for resources': { path: '/access/v1/search/resource' },
  'a search for actions': { path: '/access/v1/search/action' },
};

/** A billion policies in ten lines. */
const BOMB = `a: &a [x]\n${Array.from('bcdefghij', (name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(10)}]`).join('\n')}\npolicies: *j\n`;

const NOBODY: readonly Sender[] = ['nobody', 'stranger', 'former'];

/** Requests of callers who may not make them, and credentials that are none. */
export const CALLER_ATTACKS: readonly Attack[] = [
  ...asked(WRITES, NOBODY, 401),
  ...asked(READS, NOBODY, 401),
  ...asked(DECISIONS, NOBODY, 401),
  ...asked(WRITES, ['decider', 'auditor'], 403),
  ...asked(READS, ['decider'], 403),
  ...asked({ 'the history': READS['the history'] as Asked }, ['editor'], 403),
  ...asked(DECISIONS, ['editor'], 403),
  ...[
    ['another scheme', (by: string) => by.replace('Bearer', 'Basic')],
    ['no scheme', (by: string) => by.replace('Bearer ', '')],
    ['another secret', (by: string) => `${by.slice(0, -4)}AAAA`],
    ['a letter more', (by: string) => `${by}A`],
    ['the id of another key', (by: string) => by.replace('decider', 'admin')],
    ['an id of the prototype', (by: string) => by.replace('decider', '__proto__')],
    ['a line of the log', (by: string) => `${by} ok=true`],
    ['an unsigned token', () => 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGVzIjpbImFkbWluIl19.'],
  ].map(([name, change]): Attack => {
    const body = JSON.stringify(PERMITTED);
    const head = `POST ${EVALUATION} HTTP/1.1\r\nHost: pdp\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    return {
      name: `credentials with ${name as string}`,
      statuses: [401],
      pieces: (target) => [
        `${head}Authorization: ${(change as (by: string) => string)(target.credentials('decider') as string)}\r\n\r\n${body}`,
      ],
    };
  }),
];

/** Requests of editors that no policy may come from. */
export const POLICY_ATTACKS: readonly Attack[] = [
  put('a pattern that backtracks', { subjects: ['<(a+)+\\1>'] }),
  put('a pattern that looks ahead', { subjects: ['<(?=a)b>'] }),
  put('a pattern that is cut off', { subjects: ['<a'] }),
  put('an unknown rule', { subjects: [{ id: { $where: 'sleep(1000)' } }] }),
  put('a function that nobody gave', { subjects: [{ id: { $custom: 'process.exit' } }] }),
  put('the tag of a class', { 'py/object': 'os.system' }),
  put('a member that is misspelt', { efect: 'deny' }),
  put('an effect that there is not', { effect: 'ALLOW' }),
  put(
    'a rule in `__proto__`',
    {},
    POLICY.replace('canary-policy', 'mine').replace('{', '{"__proto__":{"effect":"allow"},'),
  ),
  put('a member twice', {}, POLICY.replace('canary-policy', 'mine').replace('{', '{"effect":"deny",')),
  put('another uid', { uid: 'canary-policy' }),
  put('a uid that is a list', { uid: ['mine'] }),
  put('no uid', { uid: undefined }),
  edited('a list of changes that is none', 400, '{"changes":{"length":1}}'),
  edited('a change of the prototype', 400, '{"changes":[{"type":"__proto__"}]}'),
  edited(
    'a change that is not valid behind one that is',
    400,
    `{"changes":[{"type":"delete","uid":"canary-denial"},{"type":"add"}]}`,
  ),
  edited('a policy that is there already', 409, `{"changes":[{"type":"add","policy":${POLICY}}]}`),
  edited(
    'a link to a policy that is no template',
    400,
    '{"changes":[{"type":"link","link":{"template":"canary-policy","values":{}}}]}',
  ),
  edited(
    'a document that refers to itself',
    400,
    'policies: &a [*a]',
    '/v1/policies:import?mode=replace',
    'application/yaml',
  ),
  edited(
    'a document with a class',
    400,
    'policies: !!js/function x',
    '/v1/policies:import?mode=replace',
    'application/yaml',
  ),
  edited('a document that grows by references', 400, BOMB, '/v1/policies:import?mode=replace', 'application/yaml'),
  edited('an empty document', 400, '', '/v1/policies:import?mode=replace', 'application/yaml'),
  attack('a page after what is on no page', 400, {
    method: 'GET',
    path: '/v1/policies?after=%00',
    as: 'auditor',
    body: '',
  }),
  attack('a page of less than one', 400, { method: 'GET', path: '/v1/policies?limit=0', as: 'auditor', body: '' }),
  attack('a page that is no number', 400, { method: 'GET', path: '/v1/policies?limit=1e3', as: 'auditor', body: '' }),
];

function asked(
  requests: Readonly<Record<string, Asked>>,
  senders: readonly Sender[],
  status: number,
): readonly Attack[] {
  return Object.entries(requests).flatMap(([name, request]) =>
    senders.map((as) =>
      attack(`${name}, asked for by ${as}`, status, { ...request, as }, { bodiless: request.method === 'HEAD' }),
    ),
  );
}

function put(name: string, members: object, body?: string): Attack {
  const policy = { ...(JSON.parse(POLICY) as object), uid: 'mine', ...members };
  return attack(`a policy with ${name}`, 400, {
    method: 'PUT',
    path: '/v1/policies/mine',
    as: 'editor',
    body: body ?? JSON.stringify(policy),
    ...MATCH,
  });
}

function edited(
  name: string,
  status: number,
  body: string,
  path = '/v1/policies:apply',
  type = 'application/json',
): Attack {
  return attack(name, status, { path, type, as: 'editor', body, ...MATCH });
}
