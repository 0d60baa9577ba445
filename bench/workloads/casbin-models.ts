import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { CasbinWorkload } from './casbin.ts';

const K = 1_000;
/** fastbin's headline: so many users, each with a rule for every object. */
const FASTBIN_USERS = 100;
const RULES_A_ROLE = 10;
const RULES_A_DOMAIN = 100;

/** The models that casbin's users have large policies for, each with the sizes that are timed. */
export const CASBIN_WORKLOADS: readonly (CasbinWorkload & { readonly sizes: readonly number[] })[] = [
  {
    id: 'C1',
    variant: 'RBAC, last rule',
    sizes: [1, 10, 100, K, 10 * K, 100 * K, K * K],
    model: modelOf({ roles: 'g = _, _', subject: 'g(r.sub, p.sub)' }),
    rule: (number) => [`role${Math.floor(number / RULES_A_ROLE)}`, `data${number}`, 'read'],
    links: (n) => Array.from({ length: Math.ceil(n / RULES_A_ROLE) }, (_, role) => [`user${role}`, `role${role}`]),
    hit: (number) => ({
      subject: `user${Math.floor(number / RULES_A_ROLE)}`,
      resource: `data${number}`,
      action: 'read',
    }),
    miss: (number) => ({
      subject: `user${Math.floor(number / RULES_A_ROLE)}`,
      resource: `data${number}`,
      action: 'write',
    }),
  },
  {
    id: 'C2',
    variant: `ACL, ${FASTBIN_USERS} users with a rule for each object, last rule`,
    sizes: [100 * K, K * K, 10 * K * K],
    model: modelOf({}),
    rule: (number) => [`user${number % FASTBIN_USERS}`, `data${Math.floor(number / FASTBIN_USERS)}`, 'read'],
    hit: (number) => triple(number, 'read'),
    miss: (number) => triple(number, 'write'),
    fast: true,
  },
  {
    id: 'C3',
    variant: 'keyMatch2, last route',
    sizes: [10, 10 * K],
    model: modelOf({ object: 'keyMatch2(r.obj, p.obj)' }),
    rule: (number) => [`user${number % 10}`, `/area${Math.floor(number / 10)}/:id/part/:part`, 'GET'],
    hit: (number) => ({ ...route(number, '/7/part/8'), action: 'GET' }),
    miss: (number) => ({ ...route(number, '/7/whole/8'), action: 'GET' }),
  },
  {
    id: 'C4',
    variant: 'globMatch, last pattern',
    sizes: [10, 10 * K],
    model: modelOf({ object: 'globMatch(r.obj, p.obj)' }),
    rule: (number) => [`user${number % 10}`, `/area${Math.floor(number / 10)}/*/part`, 'GET'],
    hit: (number) => ({ ...route(number, '/7/part'), action: 'GET' }),
    miss: (number) => ({ ...route(number, '/7/whole'), action: 'GET' }),
  },
  {
    id: 'C5',
    variant: 'RBAC with domains, last rule',
    sizes: [10, 100 * K],
    hasDomain: true,
    model: modelOf({ domain: true, roles: 'g = _, _, _', subject: 'g(r.sub, p.sub, r.dom)' }),
    rule: (number) => ['member', domain(number), `data${number}`, 'read'],
    links: (n) =>
      Array.from({ length: Math.ceil(n / RULES_A_DOMAIN) }, (_, at) => [`user${at}`, 'member', `domain${at}`]),
    hit: (number) => inDomain(number, 'read'),
    miss: (number) => inDomain(number, 'write'),
  },
  {
    id: 'C6',
    variant: 'deny-override, last rule denies',
    sizes: [10, 100 * K],
    model: modelOf({ eft: true, effect: 'some(where (p.eft == allow)) && !some(where (p.eft == deny))' }),
    // the last two are about the same: the one allows and the other denies
    rule: (number, n) => [`user${Math.min(number, n - 2)}`, 'data1', 'read', number === n - 1 ? 'deny' : 'allow'],
    hit: (number) => ({ subject: `user${number - 1}`, resource: 'data1', action: 'read' }),
    miss: (number, n) => ({ subject: `user${number % (n - 2)}`, resource: 'data1', action: 'read' }),
    allows: false,
  },
  {
    id: 'C7',
    variant: 'priority, last rule',
    sizes: [10, 100 * K],
    model: modelOf({ eft: true, effect: 'priority(p.eft) || deny' }),
    rule: (number) => [`user${number}`, 'data1', 'read', 'allow'],
    hit: (number) => ({ subject: `user${number}`, resource: 'data1', action: 'read' }),
    miss: (number) => ({ subject: `user${number}`, resource: 'data1', action: 'write' }),
  },
];

interface Parts {
  readonly domain?: boolean;
  readonly eft?: boolean;
  readonly roles?: string;
  readonly subject?: string;
  readonly object?: string;
  readonly effect?: string;
}

/** A model whose parts are equality where nothing else is said. */
export function modelOf({ domain: hasDomain, eft, roles, subject, object, effect }: Parts): string {
  const fields = hasDomain === true ? 'sub, dom, obj, act' : 'sub, obj, act';
  const matcher = [
    subject ?? 'r.sub == p.sub',
    ...(hasDomain === true ? ['r.dom == p.dom'] : []),
    object ?? 'r.obj == p.obj',
    'r.act == p.act',
  ];
  return `[request_definition]
r = ${fields}
[policy_definition]
p = ${fields}${eft === true ? ', eft' : ''}
${roles === undefined ? '' : `[role_definition]\n${roles}`}
[policy_effect]
e = ${effect ?? 'some(where (p.eft == allow))'}
[matchers]
m = ${matcher.join(' && ')}
`;
}

function triple(number: number, action: string): { subject: string; resource: string; action: string } {
  return { subject: `user${number % FASTBIN_USERS}`, resource: `data${Math.floor(number / FASTBIN_USERS)}`, action };
}

function route(number: number, rest: string): { subject: string; resource: string } {
  return { subject: `user${number % 10}`, resource: `/area${Math.floor(number / 10)}${rest}` };
}

function domain(number: number): string {
  return `domain${Math.floor(number / RULES_A_DOMAIN)}`;
}

function inDomain(number: number, action: string): Inquiry {
  const at = Math.floor(number / RULES_A_DOMAIN);
  return { subject: `user${at}`, resource: `data${number}`, action, context: { domain: `domain${at}` } };
}
