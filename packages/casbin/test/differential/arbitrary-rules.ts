import fc from 'fast-check';
import type { ModelShape } from './arbitrary-model.ts';

/** Values of the fields of rules; small pools, so that requests meet them. */
const POOLS: Readonly<Record<string, readonly string[]>> = {
  sub: ['alice', 'bob', 'carol', 'admin', 'editor', 'alice', 'bob', 'root', '*', 'r:.*', '1', 'zoë', ''],
  dom: ['d1', 'd2', 'd1', 'd2', '*', 'd1.x', '/d/:id', '1'],
  obj: [
    'data1',
    'data2',
    'data3',
    'group1',
    '*',
    '/a/1',
    '/a/b',
    '/a/:id',
    '/a/*',
    '/*',
    '/a/{x}',
    '/a/{x}/b/{x}',
    '/a/:id/b',
    '*/b',
    '/a/**',
    'da*',
    '1',
    '',
  ],
  act: ['read', 'write', 'read', 'write', 'any', '*', '(read)|(write)', '^r', 'delete', '1'],
  eft: ['allow', 'deny', 'allow', 'deny', 'allow', 'maybe', ''],
  priority: ['1', '2', '10', '9', '1', 'x', '-1', ''],
  note: ['n1', 'n2', 'a b', 'x(y, z)', '"q"'],
  rule: [
    'true',
    'r.sub.age > 17',
    'r.sub == p.sub',
    'r.sub.name == p.sub',
    'r.obj.owner == r.sub.name',
    'r.act == "read"',
    '1 == 1 && r.sub != "bob"',
    'r.sub in ("alice", "bob")',
    'false',
  ],
};

const ROLES: Readonly<Record<string, readonly [names: readonly string[], roles: readonly string[]]>> = {
  g: [
    ['alice', 'bob', 'carol', 'editor', 'admin', '1', 'r:.*', '*'],
    ['admin', 'editor', 'bob', 'alice', '*', 'root'],
  ],
  g2: [
    ['data1', 'data2', '/a/1', '/a/:id', '/a/*', 'group1', '/a/{x}'],
    ['group1', 'group2', 'data3', '*', '/a/*'],
  ],
};

/** A rule of `p` or `p2`; one in twelve is too short or too long. */
export function arbitraryRule(shape: ModelShape): fc.Arbitrary<readonly string[]> {
  const whole = fc.tuple(...shape.rule.map((field) => fc.constantFrom(...poolOf(shape, field))));
  return fc.tuple(whole, fc.nat(23)).map(([rule, ragged]) => {
    if (ragged === 1) return rule.slice(0, -1);
    return ragged === 2 ? [...rule, 'more'] : rule;
  });
}

function poolOf({ unreadable }: ModelShape, field: string): readonly string[] {
  const pool = POOLS[field] as readonly string[];
  return unreadable ? pool : pool.filter((value) => !/^\*|\*\*/.test(value));
}

/** A line of a role definition of the model. */
export function arbitraryLink(shape: ModelShape, ptype: string): fc.Arbitrary<readonly string[]> {
  const [names, roles] = ROLES[ptype] as (typeof ROLES)[string];
  const pair = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...roles));
  const domain = fc.constantFrom(...(POOLS['dom'] as readonly string[]));
  if (shape.roles[ptype] === 2)
    return fc.tuple(pair, fc.nat(29), domain).map(([link, at, dom]) => (at === 1 ? [...link, dom] : link));
  return fc.tuple(pair, domain).map(([link, dom]) => [...link, dom]);
}

/** A policy as text, and the rules of `p` that are in it. */
export interface PolicyText {
  readonly text: string;
  readonly rules: readonly (readonly string[])[];
}

interface Line {
  readonly text: string;
  readonly rule?: readonly string[];
}

/** Policies: rules and links mixed, quoted and spaced as people write them. */
export function arbitraryPolicy(shape: ModelShape): fc.Arbitrary<PolicyText> {
  const rules = arbitraryLine('p', arbitraryRule(shape));
  const lines = [
    { weight: 8, arbitrary: rules },
    ...Object.keys(shape.roles).map((ptype) => ({
      weight: 4,
      arbitrary: arbitraryLine(ptype, arbitraryLink(shape, ptype)),
    })),
    ...(shape.second ? [{ weight: 4, arbitrary: arbitraryLine('p2', arbitraryRule(shape)) }] : []),
  ];
  const chain = fc.nat(14).map((length) => chainOf(shape, length));
  return fc
    .tuple(
      // one in seven by far larger, but not in links: casbin follows every way through them
      fc.oneof(
        { weight: 6, arbitrary: fc.constant<readonly Line[]>([]) },
        fc.array(rules, { minLength: 100, maxLength: 250 }),
      ),
      fc.array(fc.oneof(...lines), { minLength: 1, maxLength: 40, size: 'max' }),
      fc.oneof({ weight: 5, arbitrary: fc.constant<readonly Line[]>([]) }, chain),
    )
    .map((parts) => {
      const all = parts.flat();
      return {
        text: all.map(({ text }) => text).join('\n'),
        rules: all.flatMap(({ rule }) => (rule === undefined ? [] : [rule])),
      };
    });
}

/** Roles of roles around the depth that casbin follows. */
function chainOf(shape: ModelShape, length: number): readonly Line[] {
  const columns = shape.roles['g'];
  if (columns === undefined) return [];
  const names = ['alice', ...Array.from({ length }, (_, at) => `role${at}`), 'admin'];
  const domain = columns === 3 ? ', d1' : '';
  return names.slice(1).map((name, at) => ({ text: `g, ${names[at]}, ${name}${domain}` }));
}

function arbitraryLine(ptype: string, rule: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Line> {
  return fc.tuple(rule, fc.nat(40)).map(([fields, form]) => {
    const text = lineOf(ptype, fields, form);
    return ptype === 'p' ? { text, rule: fields } : { text };
  });
}

function lineOf(ptype: string, fields: readonly string[], form: number): string {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const plain = fields.map((field) => (/[,"#]/.test(field) ? quote(field) : field));
  switch (form) {
    case 1:
      return `${ptype},${plain.join(',')}`;
    case 2:
      return `  ${ptype} , ${plain.join(' ,  ')}  `;
    case 3:
      return `${ptype}, ${fields.map(quote).join(', ')}`;
    case 4:
      return `# ${ptype}, ${plain.join(', ')}`;
    case 5:
      return `\n${ptype}, ${plain.join(', ')}\r`;
    default:
      return `${ptype}, ${plain.join(', ')}`;
  }
}
