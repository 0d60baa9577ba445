import { expect, it } from 'vitest';
import { Assertion, Util } from './index.ts';
import { calleesOf } from './callees.ts';
import { parseExpression } from './expression.ts';
import { coverageOf, describeSource } from './lookups.ts';
import { BUILTIN } from './pattern.ts';
import { type Callable, scopeOf } from './scope.ts';

const functions = new Map([...(BUILTIN as ReadonlyMap<string, Callable>), ['mine', (): boolean => true] as const]);
const scope = scopeOf(
  ['r_sub', 'r_dom', 'r_obj', 'r_act'],
  ['p_sub', 'p_dom', 'p_obj', 'p_act'],
  calleesOf(functions, new Map([['g', new Assertion()]]), true),
);

function describeLookups(matcher: string): string {
  const { lookups } = coverageOf(parseExpression(Util.escapeAssertion(matcher)), scope);
  return lookups
    .map(({ guards, constraints }) => {
      const parts = constraints.map(
        ({ column, sources }) => `${scope.ruleNames[column.position]}: ${sources.map(describeSource).join(' | ')}`,
      );
      return [...guards.map(() => 'if'), ...parts].join(', ') || 'all';
    })
    .join(' / ');
}

it.each([
  ['r.sub == p.sub && p.obj == r.obj', 'p_sub: r_sub, p_obj: r_obj'],
  ['g(r.sub, p.sub, r.dom) && r.dom == p.dom', 'p_sub: g(r_sub, p_sub, r_dom), p_dom: r_dom'],
  ['(r.obj == p.obj || p.obj == "*") && r.act == p.act', 'p_obj: r_obj | "*", p_act: r_act'],
  ['r.sub == "root" || r.sub == p.sub', 'if / p_sub: r_sub'],
  ['r.sub == p.sub && r.obj == p.obj || r.act == p.act', 'p_sub: r_sub, p_obj: r_obj / p_act: r_act'],
  ['keyMatch2(r.obj, p.obj) && r.act == p.act', 'p_obj: keyMatch2(r_obj), p_act: r_act'],
  ['p.act in ("read", "write")', 'p_act: "read" | "write"'],
  ['r.sub.Owner == p.sub', 'p_sub: r_sub.Owner'],
  // what stands behind something that may throw, or give no answer, is evaluated for rules that throw there
  ['r.sub == p.sub && mine(r.obj, p.obj) && r.act == p.act', 'p_sub: r_sub'],
  ['ipMatch(r.obj, p.obj) && r.act == p.act', 'p_act: r_act'],
  ['ipMatch(r.obj, p.obj)', 'all'],
  ['p.sub && r.act == p.act', 'all'],
  ['r.sub != p.sub && r.act == p.act', 'p_act: r_act'],
  ['!(r.sub == p.sub)', 'all'],
  ['p.act == 1', 'all'],
  ['g(r.sub, p.sub, p.dom)', 'all'],
  ['r.sub == p.sub || mine(r.sub, p.sub)', 'all'],
])('`%s` is looked up by %s', (matcher, expected) => {
  expect(describeLookups(matcher)).toBe(expected);
});
