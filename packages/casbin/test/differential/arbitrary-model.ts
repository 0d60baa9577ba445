import fc from 'fast-check';

/** What the rest of a scenario needs to know of its model. */
export interface ModelShape {
  readonly text: string;
  /** `sub`, `dom`, `obj`, `act` in the order of the request. */
  readonly request: readonly string[];
  /** The same with `eft`, `priority`, `note`, `rule` in the order of a policy rule. */
  readonly rule: readonly string[];
  /** How many values a line of each role definition has. */
  readonly roles: Readonly<Record<string, number>>;
  /** Whether there are `r2`, `p2`, `e2`, `m2` too. */
  readonly second: boolean;
  /** Whether rules may hold patterns that the matcher cannot read, so that asking throws. */
  readonly unreadable: boolean;
}

const EFFECTS = [
  'some(where (p.eft == allow))',
  '!some(where (p.eft == deny))',
  'some(where (p.eft == allow)) && !some(where (p.eft == deny))',
  'priority(p.eft) || deny',
  'subjectPriority(p.eft) || deny',
] as const;

/** How a field of the request meets its field of the rule; `X` is the field. */
const ANY_FIELD = [
  'r.X == p.X',
  'r.X == p.X',
  'r.X == p.X',
  'p.X == r.X',
  'r.X === p.X',
  '(r.X == p.X || p.X == "*")',
  '(p.X == "*" || p.X == r.X)',
  "(p.X == '*' || r.X == p.X)",
  '(p.X == "*" ? true : r.X == p.X)',
  'r.X == p.X || p.X == "any"',
  '(r.X == p.X && p.X != "bob")',
  'r.X != p.X',
  '!(r.X == p.X)',
  '!(r.X != p.X)',
  '(r.X == p.X) == true',
  'keyMatch(r.X, p.X)',
  'regexMatch(r.X, p.X)',
  'custom(r.X, p.X)',
  '(custom(r.X, p.X) && r.X == p.X)',
  'p.X in ("alice", "read", r.X)',
  'r.X in ("alice", "data1", p.X)',
  'r.X in ("alice", "bob", "data1", "read")',
  'r.X.name == p.X',
  '(r.X == "root" || r.X == p.X)',
  '(r.X == p.X || r.X.name == p.X)',
  'r.X + "" == p.X',
  '(r.X || "alice") == p.X',
  'r.X > p.X',
  'r.X <= p.X',
  'level(r.X, p.X)',
] as const;

const SUBJECT = [
  'g(r.sub, p.sub)',
  'g(r.sub, p.sub)',
  'g(r.sub, p.sub)',
  '(g(r.sub, p.sub) || p.sub == "*")',
  '(g(r.sub, p.sub) || r.sub == "root")',
  'g(r.sub, p.sub) == true',
  '!g(r.sub, p.sub)',
  'g(p.sub, r.sub)',
  '(r.sub == p.sub || g(r.sub, p.sub))',
  '(g(r.sub, p.sub) || g(r.sub, "admin"))',
  'g(r.sub, "admin")',
  '(g(r.sub, "admin") && !g(r.obj, "editor"))',
] as const;

const SUBJECT_IN_DOMAIN = [
  'g(r.sub, p.sub, r.dom)',
  'g(r.sub, p.sub, r.dom)',
  'g(r.sub, p.sub, r.dom)',
  'g(r.sub, p.sub, p.dom)',
  'g(r.sub, p.sub, "d1")',
  '(g(r.sub, p.sub, r.dom) || g(r.sub, p.sub, "*"))',
  '(g(r.sub, "admin", r.dom) || g(r.sub, p.sub, p.dom))',
  'r.sub == p.sub',
] as const;

const OBJECT = [
  'keyMatch2(r.obj, p.obj)',
  'keyMatch3(r.obj, p.obj)',
  'keyMatch4(r.obj, p.obj)',
  'keyMatch5(r.obj, p.obj)',
  'globMatch(r.obj, p.obj)',
  'keyGet(r.obj, p.obj) == "1"',
  '(keyMatch2(r.obj, p.obj) || keyMatch(r.obj, p.obj))',
  'keyGet2(r.obj, p.obj, "id") == "1"',
  'keyMatch(r.obj, "/a/*")',
] as const;

const OBJECT_ROLES = ['g2(r.obj, p.obj)', 'g2(r.obj, p.obj)', '(g2(r.obj, p.obj) || p.obj == "*")'] as const;

/** What stands around, before or behind the conjunction `M`. */
const AROUND = [
  'M',
  'M',
  'M',
  'M',
  'M',
  'M || r.sub == "root"',
  '(M) || p.act == "any"',
  'r.sub == "root" || M',
  '!(M)',
  'M && true',
  'true && M',
  'M && 1 == 1',
  'M && false',
  'M && r.sub != "carol"',
  'p.sub != "carol" && M',
  'r.obj == "data1" && M',
  'p.act == "read" && M',
  '(M) && (r.act == "read" || r.act == "write")',
  '(M) || (r.obj == p.obj && r.act == p.act)',
  '(M) && (r.sub == p.sub || r.act == p.act)',
  'M ? 1 : 0',
  'M ? "yes" : ""',
  '(M) ? 3 : 2',
  '(M) == (r.act == p.act)',
  'M && eval(p.rule)',
  'eval(p.rule) && M',
  'eval(p.rule)',
  'M && r.sub.age > 17',
  'M && r.obj.owner == r.sub.name',
  'r.obj == r.sub',
] as const;

interface Choices {
  readonly hasDomain: boolean;
  readonly hasAction: boolean;
  readonly g: boolean;
  readonly g2: boolean;
  readonly effect: string;
  readonly eft: boolean;
  readonly priority: boolean;
  readonly note: boolean;
  readonly second: boolean;
  readonly unreadable: boolean;
  readonly reordered: number;
  readonly reorderedRequest: number;
  readonly matcher: MatcherChoices;
  readonly otherMatcher: MatcherChoices;
}

interface MatcherChoices {
  readonly subject: number;
  readonly domain: number;
  readonly object: number;
  readonly action: number;
  /** Equality and `g` more often than all else. */
  readonly plain: boolean;
  readonly around: number;
  readonly order: number;
  readonly glue: string;
}

const matcherChoices: fc.Arbitrary<MatcherChoices> = fc.record({
  subject: fc.nat(999),
  domain: fc.nat(999),
  object: fc.nat(999),
  action: fc.nat(999),
  plain: weighted(2),
  around: fc.nat(999),
  order: fc.nat(23),
  glue: fc.constantFrom(' && ', ' && ', ' && ', '&&', '  &&  ', ' || '),
});

/** Models of all forms that the index treats differently, and of some that it cannot treat. */
export const arbitraryModel: fc.Arbitrary<ModelShape> = fc
  .record<Choices>({
    hasDomain: fc.boolean(),
    hasAction: weighted(6),
    g: fc.boolean(),
    g2: weighted(-3),
    effect: fc.constantFrom(...EFFECTS, ...EFFECTS.slice(0, 3)),
    eft: fc.boolean(),
    priority: weighted(-4),
    note: weighted(-4),
    second: weighted(-5),
    unreadable: weighted(-5),
    reordered: fc.nat(23),
    reorderedRequest: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(23)),
    matcher: matcherChoices,
    otherMatcher: matcherChoices,
  })
  .map(shapeOf);

function shapeOf(choices: Choices): ModelShape {
  const fields = ['sub', ...(choices.hasDomain ? ['dom'] : []), 'obj', ...(choices.hasAction ? ['act'] : [])];
  const matcher = matcherOf(choices, choices.matcher);
  const rule = [
    ...permuted(fields, choices.reordered),
    ...(choices.note ? ['note'] : []),
    ...(/eval/.test(matcher) || choices.second ? ['rule'] : []),
    ...(choices.eft ? ['eft'] : []),
  ];
  if (choices.priority) rule.splice(choices.reordered % (rule.length + 1), 0, 'priority');
  const request = permuted(fields, choices.reorderedRequest);
  const roles: Record<string, number> = {};
  if (choices.g) roles['g'] = choices.hasDomain ? 3 : 2;
  if (choices.g && choices.g2) roles['g2'] = 2;
  const other = matcherOf(choices, choices.otherMatcher).replace(/\b([rp])\./g, '$12.');
  const section = (name: string, ...lines: readonly string[]): string => `[${name}]\n${lines.join('\n')}\n`;
  const seconds = (...lines: readonly string[]): readonly string[] => (choices.second ? lines : []);
  const text = [
    section('request_definition', `r = ${request.join(', ')}`, ...seconds(`r2 = ${request.join(',')}`)),
    section('policy_definition', `p = ${rule.join(', ')}`, ...seconds(`p2 = ${rule.join(', ')}`)),
    ...(choices.g
      ? [
          section(
            'role_definition',
            ...Object.entries(roles).map(([key, n]) => `${key} = ${Array(n).fill('_').join(', ')}`),
          ),
        ]
      : []),
    section('policy_effect', `e = ${choices.effect}`, ...seconds('e2 = some(where (p.eft == allow))')),
    section('matchers', `m = ${matcher}`, ...seconds(`m2 = ${other}`)),
  ].join('\n');
  const readsPatterns = /regexMatch|keyMatch\d/.test(text);
  return { text, request, rule, roles, second: choices.second, unreadable: choices.unreadable || !readsPatterns };
}

function matcherOf(
  choices: Choices,
  { subject, domain, object, action, plain, around, order, glue }: MatcherChoices,
): string {
  const pick = (forms: readonly string[], at: number): string => forms[at % forms.length] as string;
  const field = (name: string, at: number): string =>
    (plain && at % 3 !== 0 ? 'r.X == p.X' : pick(ANY_FIELD, at)).replaceAll('X', name);
  const roles = choices.hasDomain ? SUBJECT_IN_DOMAIN : SUBJECT;
  const atoms = [
    choices.g && subject % 5 !== 0 ? pick(roles, subject) : field('sub', subject),
    ...(choices.hasDomain ? [field('dom', domain)] : []),
    choices.g && choices.g2 && object % 3 !== 0
      ? pick(OBJECT_ROLES, object)
      : object % 4 === 0
        ? pick(OBJECT, object >> 2)
        : field('obj', object),
    ...(choices.hasAction ? [field('act', action)] : []),
  ];
  const conjunction = permuted(atoms, order).join(glue);
  const form = plain && around % 4 !== 0 ? 'M' : pick(AROUND, around);
  // a field that the model lacks is none that casbin would find either: those forms are left to the other models
  return choices.hasAction || !form.includes('.act') ? form.replace('M', conjunction) : conjunction;
}

function permuted<T>(items: readonly T[], seed: number): readonly T[] {
  const left = [...items];
  const out: T[] = [];
  for (let rest = seed; left.length > 0; rest = Math.floor(rest / (left.length + 1))) {
    out.push(...left.splice(rest % left.length, 1));
  }
  return out;
}

/** True more often than false by this factor; less often where it is negative. */
function weighted(factor: number): fc.Arbitrary<boolean> {
  const likely = factor > 0;
  return fc.nat(Math.abs(factor)).map((at) => (at > 0 ? likely : !likely));
}
