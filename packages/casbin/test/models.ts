import { type Model, newModelFromString } from '../src/index.ts';

/** A model with the parts that differ; the rest is RBAC's. */
export function modelOf({
  matcher = 'g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act',
  policy = 'sub, obj, act',
  roles = '_, _',
  effect = 'some(where (p.eft == allow))',
}: {
  readonly matcher?: string;
  readonly policy?: string;
  readonly roles?: string;
  readonly effect?: string;
}): Model {
  return newModelFromString(`
[request_definition]
r = sub, obj, act
[policy_definition]
p = ${policy}
[role_definition]
g = ${roles}
[policy_effect]
e = ${effect}
[matchers]
m = ${matcher}
`);
}

/** So many rules that none of them matters, for tables that are looked up. */
export function others(count: number): string {
  return Array.from({ length: count }, (_, at) => `p, other${at}, thing${at}, read`).join('\n');
}
