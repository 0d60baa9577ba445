import fc from 'fast-check';
import type { ModelShape } from './arbitrary-model.ts';
import { arbitraryLink, arbitraryRule, type PolicyText } from './arbitrary-rules.ts';
import type { Ask, ForeignEdit, SetupStep, Step } from './scenario.ts';

/** Requests of a scenario. */
const REQUESTS = 20;
const MOST_EDITS = 12;

const VALUES: Readonly<Record<string, readonly string[]>> = {
  sub: ['alice', 'bob', 'carol', 'admin', 'alice', 'bob', 'editor', 'root', 'nobody', 'r:1', '*'],
  dom: ['d1', 'd2', 'd1', 'd2', 'd3', '*', 'd1.x', '/d/7'],
  obj: [
    'data1',
    'data2',
    'data3',
    'data1',
    '/a/1',
    '/a/b',
    '/a/1/b',
    '/a/1/b/1',
    '/a/1/b/2',
    '/b',
    '/a/1?x=1',
    'group1',
    '*',
  ],
  act: ['read', 'write', 'read', 'write', 'delete', 'any', '*'],
};

/** What is no string: equality is loose, and roles and functions see other texts than equality does. */
const ODD_VALUES: readonly unknown[] = [
  1,
  0,
  -0,
  Number.NaN,
  true,
  false,
  null,
  undefined,
  '',
  '1',
  '__proto__',
  'constructor',
  ['alice'],
  [],
  { name: 'alice', age: 20, owner: 'bob' },
  { name: 'bob', age: 3, owner: 'alice' },
  {},
];

const MATCHERS = [
  'r.sub == p.sub && r.obj == p.obj',
  'r.obj == p.obj',
  'g(r.sub, p.sub) && r.obj == p.obj # comment',
  'r.sub == "alice"',
  'r.sub == p.sub || r.obj == p.obj',
  'p.sub == "*" || r.sub == p.sub',
] as const;

// those that cannot read `*` more seldom: they throw at every request
const MATCHING = [
  ...(['keyMatch', 'keyMatch', 'keyMatch', 'keyMatch2', 'keyMatch2', 'keyMatch2'] as const),
  ...(['keyMatch3', 'keyMatch4', 'keyMatch5', 'regexMatch'] as const),
];

/** What is set up on the enforcer. */
export function arbitrarySetup(shape: ModelShape): fc.Arbitrary<readonly SetupStep[]> {
  const ptypes = Object.keys(shape.roles);
  const switches: fc.Arbitrary<SetupStep> = fc.record({
    do: fc.constantFrom('jsonRequests' as const, 'autoSave' as const, 'autoBuildRoleLinks' as const),
    value: fc.boolean(),
  });
  if (ptypes.length === 0) return fc.array(switches, { maxLength: 1 });
  const ptype = fc.constantFrom(...ptypes);
  const matching: fc.Arbitrary<SetupStep> = fc.record({
    do: fc.constant('match' as const),
    ptype,
    by: fc.constantFrom(...MATCHING),
  });
  const domains: fc.Arbitrary<SetupStep> = fc.record({
    do: fc.constant('matchDomains' as const),
    ptype,
    // casbin's role manager knows a domain once it was asked about it: one that cannot read `*` throws from then on
    by: fc.constantFrom('keyMatch' as const, 'keyMatch2' as const),
  });
  const hierarchy: SetupStep = { do: 'domainHierarchy', ptype: 'g', from: 'g2' };
  const none = fc.constant<readonly SetupStep[]>([]);
  const some = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: matching },
      { weight: 2, arbitrary: domains },
      ...(ptypes.length > 1 ? [fc.constant(hierarchy)] : []),
      switches,
    ),
    { maxLength: 2 },
  );
  return fc.oneof(none, some);
}

/** Twenty requests with changes between them; most requests are near some rule of the policy. */
export function arbitrarySteps(shape: ModelShape, { rules }: PolicyText): fc.Arbitrary<readonly Step[]> {
  const aimed = fc.tuple(arbitraryAsk(shape), fc.nat(9_999)).map(([ask, aim]) => aimAt(shape, rules, ask, aim));
  const asks = fc.array(aimed, { minLength: REQUESTS, maxLength: REQUESTS });
  const changes = fc.array(fc.tuple(fc.nat(REQUESTS), arbitraryChange(shape)), { maxLength: MOST_EDITS });
  return fc
    .tuple(asks, changes)
    .map(([requests, edits]) => [
      ...requests.flatMap((ask, at): readonly Step[] => [
        ...edits.filter(([place]) => place === at).map(([, edit]) => edit),
        ask,
      ]),
      { do: 'call', method: 'getPolicy', args: [] },
      { do: 'call', method: 'getGroupingPolicy', args: [] },
    ]);
}

/** The request with some of its strings taken from a rule, which `aim` chooses. */
function aimAt(shape: ModelShape, rules: readonly (readonly string[])[], ask: Ask, aim: number): Ask {
  const rule = rules[aim % rules.length];
  if (rule === undefined || aim % 7 === 0) return ask;
  const values = ask.values.map((value, at) => {
    const field = shape.request[at];
    const said = field === undefined ? undefined : rule[shape.rule.indexOf(field)];
    const hasRole = field === 'sub' && aim % 2 === 0 && shape.roles['g'] !== undefined;
    if (said === undefined || typeof value !== 'string' || hasRole || (aim >> at) % 5 === 0) return value;
    return said.replace(/:\w+|\{\w+\}/g, '1').replace(/(?<=.)\*/g, '9');
  });
  return { ...ask, values };
}

function arbitraryAsk(shape: ModelShape): fc.Arbitrary<Ask> {
  const values = arbitraryValues(shape);
  const plain: fc.Arbitrary<Ask> = values.map((some) => ({ do: 'ask', values: some }));
  const withMatcher: fc.Arbitrary<Ask> = fc
    .tuple(values, fc.constantFrom(...MATCHERS))
    .map(([some, matcher]) => ({ do: 'ask', values: some, matcher }));
  const inContext: fc.Arbitrary<Ask> = fc.tuple(values, fc.boolean(), fc.boolean()).map(([some, other, mixed]) => {
    const mark = other && shape.second ? '2' : '';
    return { do: 'ask', values: some, context: [`r${mark}`, `p${mark}`, mixed ? 'e' : `e${mark}`, `m${mark}`] };
  });
  return fc.oneof(
    { weight: 20, arbitrary: plain },
    { weight: 1, arbitrary: withMatcher },
    { weight: shape.second ? 14 : 1, arbitrary: inContext },
  );
}

function arbitraryValues(shape: ModelShape): fc.Arbitrary<readonly unknown[]> {
  const fields = shape.request.map((field) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<unknown>(...(VALUES[field] as readonly string[])) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_VALUES) },
    ),
  );
  return fc.tuple(fc.tuple(...fields), fc.nat(60)).map(([values, size]) => {
    if (size === 1) return values.slice(1);
    return size === 2 ? [...values, 'more'] : values;
  });
}

function arbitraryChange(shape: ModelShape): fc.Arbitrary<Step> {
  const { roles, second } = shape;
  const targets: readonly Target[] = [
    { sec: 'p', ptype: 'p', name: 'Policy', rule: arbitraryRule(shape) },
    ...(second ? [{ sec: 'p', ptype: 'p2', name: 'NamedPolicy', rule: arbitraryRule(shape) } as const] : []),
    ...Object.keys(roles).map((ptype): Target => {
      const name = ptype === 'g' ? 'GroupingPolicy' : 'NamedGroupingPolicy';
      return { sec: 'g', ptype, name, rule: arbitraryLink(shape, ptype) };
    }),
  ];
  const changes = targets.flatMap((target) => [
    { weight: 5, arbitrary: arbitraryCall(target) },
    { weight: 4, arbitrary: arbitraryForeignEdit(target) },
  ]);
  return fc.oneof(
    ...changes,
    { weight: 2, arbitrary: arbitraryOther(shape) },
    {
      weight: 2,
      arbitrary: fc
        .array(arbitraryValues(shape), { maxLength: 3 })
        .map((requests): Step => ({ do: 'askAll', requests })),
    },
  );
}

interface Target {
  readonly sec: 'p' | 'g';
  readonly ptype: string;
  /** `Policy`, `NamedPolicy`, `GroupingPolicy` or `NamedGroupingPolicy`. */
  readonly name: string;
  readonly rule: fc.Arbitrary<readonly string[]>;
}

function arbitraryCall({ ptype, name, rule }: Target): fc.Arbitrary<Step> {
  const first = name.startsWith('Named') ? [ptype] : [];
  const plural = name.replace(/y$/, 'ies');
  const filtered = name.startsWith('Named') ? `FilteredNamed${name.slice('Named'.length)}` : `Filtered${name}`;
  const call = (method: string, args: readonly unknown[]): Step => ({ do: 'call', method, args: [...first, ...args] });
  const rules = fc.array(rule, { minLength: 0, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: rule.map((one) => call(`add${name}`, one)) },
    { weight: 2, arbitrary: rule.map((one): Step => ({ ...call(`add${name}`, one), unawaited: true }) as Step) },
    { weight: 3, arbitrary: rule.map((one) => call(`remove${name}`, one)) },
    { weight: 2, arbitrary: rules.map((some) => call(`add${plural}`, [some])) },
    { weight: 1, arbitrary: rules.map((some) => call(`add${plural}Ex`, [some])) },
    { weight: 2, arbitrary: rules.map((some) => call(`remove${plural}`, [some])) },
    { weight: 2, arbitrary: fc.tuple(rule, rule).map(([old, next]) => call(`update${name}`, [old, next])) },
    { weight: 1, arbitrary: rule.map((one) => call(`has${name}`, one)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(rule, fc.nat(2), fc.nat(2), fc.constantFrom('remove', 'get'))
        .map(([one, from, more, verb]) => call(`${verb}${filtered}`, [from, ...one.slice(from, from + more)])),
    },
  );
}

const EDITS: readonly ForeignEdit['how'][] = [
  'push',
  'push',
  'splice',
  'assign',
  'overwrite',
  'reverse',
  'pop',
  'truncate',
  'modelAdd',
  'modelRemove',
  'modelClear',
  'line',
];

function arbitraryForeignEdit({ sec, ptype, rule }: Target): fc.Arbitrary<Step> {
  const kinds: readonly ForeignEdit['how'][] = sec === 'g' ? [...EDITS, 'addLink', 'addLink', 'deleteLink'] : EDITS;
  return fc.record({
    do: fc.constant('edit' as const),
    sec: fc.constant(sec),
    ptype: fc.constant(ptype),
    how: fc.constantFrom(...kinds),
    at: fc.nat(11),
    rule,
  });
}

/** Methods that are about roles, about everything, or only read. */
function arbitraryOther(shape: ModelShape): fc.Arbitrary<Step> {
  const call = (method: string, ...args: readonly unknown[]): Step => ({ do: 'call', method, args });
  const name = fc.constantFrom(...(VALUES['sub'] as readonly string[]));
  const always = fc.constantFrom(
    call('loadPolicy'),
    call('clearPolicy'),
    call('buildRoleLinks'),
    call('getAllSubjects'),
    call('getAllActions'),
    call('enableEnforce', false),
    call('enableEnforce', true),
    call('enableAcceptJsonRequest', true),
    call('sortPolicies'),
  );
  if (shape.roles['g'] === undefined) return always;
  const domain = shape.roles['g'] === 3 ? ['d1'] : [];
  const ofRoles = fc
    .tuple(name, name)
    .map(([user, role]) => [
      call('getRolesForUser', user, ...domain),
      call('getUsersForRole', role, ...domain),
      call('getImplicitRolesForUser', user, ...domain),
      call('getImplicitPermissionsForUser', user, ...domain),
      call('addRoleForUser', user, role, ...domain),
      call('deleteRoleForUser', user, role, ...domain),
      call('deleteRolesForUser', user, ...domain),
      call('deleteUser', user),
      call('deleteRole', role),
      call('getPermissionsForUser', user),
      call('getDomainsForUser', user),
      call('getImplicitUsersForRole', role, ...domain),
    ]);
  return fc.oneof(
    always,
    ofRoles.chain((calls) => fc.constantFrom(...calls)),
  );
}
