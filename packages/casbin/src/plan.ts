import { Util } from '../upstream.cjs';
import type { Lookups } from './candidates.ts';
import type { Column } from './column.ts';
import { compile, type Compiler, type RoleCall } from './compile.ts';
import { EvalRules } from './eval-rules.ts';
import { type Node, parseExpression, partsOf } from './expression.ts';
import type { Evaluate, Frame, Reach } from './frame.ts';
import { type Constraint, type Coverage, coverageOf, describeSource, type Source, withoutValue } from './lookups.ts';
import { nameOf } from './name.ts';
import { compileOpen, type OpenPlan } from './open-plan.ts';
import { patternFunction } from './pattern.ts';
import { reads } from './request-part.ts';
import { hasMatching, reachOf } from './role-reach.ts';
import type { Rule } from './rule-index.ts';
import { type Demand, distinctNeeds, type Needs } from './safety.ts';
import type { Callee, Scope } from './scope.ts';

/** A source, ready to be asked. Undefined where the request has no texts to look for. */
type FindTokens = (frame: Frame, lengths: readonly number[]) => readonly string[] | undefined;

interface PreparedConstraint {
  readonly column: Column;
  readonly sources: readonly FindTokens[];
  readonly description: readonly string[];
}

/** A lookup, ready to be asked. */
export interface PreparedLookup {
  readonly guards: readonly Evaluate[];
  readonly constraints: readonly PreparedConstraint[];
  /** Of the index: those of the constraints, then those that only tell rules that may throw. */
  readonly columns: readonly Column[];
  /** The same without one of them each. */
  readonly fewer: readonly (readonly Column[])[];
  /** The constraints in the order in which they are asked: those that follow roles last. */
  readonly order: readonly number[];
}

/** A matcher, read once: what it evaluates to for a rule, and which rules it can be true for. */
export interface Plan {
  readonly matcher: string;
  readonly evaluate: Evaluate;
  readonly lookups: readonly PreparedLookup[];
  /** Whatever does not hold of the request makes it one that all rules are evaluated for. */
  readonly prechecks: readonly { readonly evaluate: Evaluate; readonly demand: Demand }[];
  /** What the matcher calls, but for what its rules call. */
  readonly callees: readonly Callee[];
  /** Whether asking the role managers throws nothing for this request. */
  readonly areRolesKnown: (frame: Frame) => boolean;
  readonly hasEval: boolean;
  /** The name of a field of the rules. */
  fieldAt(position: number): string;
  /** The calls of role definitions that read a value of the request, by their numbers. */
  roleCallsOf(position: number): readonly number[];
  /** The matcher about requests whose value at a position is not known. */
  openAt(position: number): OpenPlan;
  /** The text that is evaluated for a rule: another one for each where there is `eval`. */
  textFor(rule: Rule): string;
}

/**
 * Reads a matcher.
 *
 * @throws Unsupported for what is left to casbin
 * @throws Error what casbin throws when it parses the matcher
 */
export function makePlan(matcher: string, scope: Scope, evaluateText: EvaluateText): Plan {
  const node = parseExpression(matcher);
  const compiler: Compiler = { scope, findReach, roleCalls: new Map(), evalCalls: [] };
  const rules = Util.hasEval(matcher) ? new EvalRules(matcher, node, scope, compileAlone(scope)) : undefined;
  const full = rules === undefined ? scope : withEval(scope, rules.safeColumn);
  const own: Compiler = { ...compiler, scope: full };
  const evaluate = compile(node, own);
  const coverage = coverageOf(node, full);
  const needs = distinctNeeds(coverage.needs);
  const callees = calleesOf(node, full);
  const roleCallees = callees.filter((callee) => callee.kind === 'role');
  const read = rules === undefined ? [] : [rules.readColumn];
  const openPlans = new Map<number, OpenPlan>();
  const lookupsFrom = ({ lookups }: Coverage, { prechecks }: Needs): Lookups => ({
    lookups: lookups.map(({ guards, constraints }) => {
      const columns = [...constraints.map(({ column }) => column), ...needs.columns, ...read];
      return {
        guards: guards.map((guard) => compile(guard, own)),
        constraints: constraints.map((constraint) => prepare(constraint, own)),
        columns,
        fewer: constraints.map((_, at) => columns.toSpliced(at, 1)),
        order: cheapestFirst(constraints),
      };
    }),
    prechecks: prechecks.map((precheck) => ({
      evaluate: compile(precheck.node, own),
      demand: precheck.demand,
    })),
    areRolesKnown: (frame) => areRolesKnown(roleCallees, own, frame),
  });
  const openPlan = (position: number): OpenPlan => {
    const open = withoutValue(coverage, position, full);
    return { ...lookupsFrom(open, distinctNeeds(open.needs)), evaluate: compileOpen(node, position, own) };
  };
  return {
    matcher,
    evaluate: rules === undefined ? evaluate : evaluateRules(rules, evaluate, evaluateText),
    ...lookupsFrom(coverage, needs),
    callees,
    roleCallsOf: (position) =>
      [...own.roleCalls].filter(([call]) => reads(call, position, full)).map(([, { number }]) => number),
    openAt: (position) => {
      const known = openPlans.get(position) ?? openPlan(position);
      openPlans.set(position, known);
      return known;
    },
    hasEval: rules !== undefined,
    fieldAt: (position) => (scope.ruleNames[position] ?? '').replace(/^[^_]*_/, ''),
    textFor: (rule) => rules?.textFor(rule) ?? matcher,
  };
}

/** Evaluates the text of a matcher as casbin does. */
export type EvaluateText = (text: string, frame: Frame) => unknown;

function evaluateRules(rules: EvalRules, evaluate: Evaluate, evaluateText: EvaluateText): Evaluate {
  return (frame) => {
    const parts = rules.partsFor(frame.rule);
    if (parts === undefined) return evaluateText(rules.textFor(frame.rule), frame);
    frame.parts = parts;
    return evaluate(frame);
  };
}

// The numbers of role calls are those of the matcher: a rule's own are asked one by one.
function compileAlone(scope: Scope): (node: Node) => Evaluate {
  return (node) => compile(node, { scope, findReach: () => undefined, roleCalls: new Map(), evalCalls: [] });
}

function withEval(scope: Scope, column: Column): Scope {
  const callee: Callee = { kind: 'eval', name: 'eval', column };
  return { ...scope, callee: (name) => (name === 'eval' ? callee : scope.callee(name)) };
}

function calleesOf(node: Node, scope: Scope): readonly Callee[] {
  const own =
    node.type === 'CallExpression' && node.callee.type === 'Identifier' ? scope.callee(node.callee.name) : undefined;
  return [...(own === undefined ? [] : [own]), ...partsOf(node).flatMap((part) => calleesOf(part, scope))];
}

// The matching functions of a role manager may throw. Those of calls that are asked rule by rule cannot be tried.
function areRolesKnown(roles: readonly RoleCallee[], { roleCalls }: Compiler, frame: Frame): boolean {
  if (!roles.some(isMatching)) return true;
  return roles.length === roleCalls.size && [...roleCalls.values()].every((call) => rolesOf(call, frame) !== undefined);
}

type RoleCallee = Callee & { readonly kind: 'role' };

function isMatching({ assertion }: RoleCallee): boolean {
  return hasMatching(assertion.rm);
}

/** What the name of a call reaches; undefined where the call throws or only casbin's function can tell. */
function findReach(call: RoleCall, frame: Frame): Reach | undefined {
  try {
    return readReach(call, frame);
  } catch {
    // Rules for which the manager is not asked, because the names are equal, have an answer.
    return undefined;
  }
}

function readReach(call: RoleCall, frame: Frame): Reach | undefined {
  const name = nameOf(call.name(frame));
  if (call.domain === undefined) return reachOf(call.callee.assertion.rm, name);
  const domain = call.domain(frame);
  if (domain === undefined || domain === null) return undefined;
  return reachOf(call.callee.assertion.rm, name, (domain as string | number | boolean).toString());
}

function prepare({ column, sources }: Constraint, compiler: Compiler): PreparedConstraint {
  return {
    column,
    sources: sources.map((source) => prepareSource(source, compiler)),
    description: sources.map(describeSource),
  };
}

function cheapestFirst(constraints: readonly Constraint[]): readonly number[] {
  const isWalk = ({ sources }: Constraint): boolean => sources.some(({ kind }) => kind === 'roles');
  return [...constraints.keys()].sort(
    (a, b) => Number(isWalk(constraints[a] as Constraint)) - Number(isWalk(constraints[b] as Constraint)),
  );
}

function prepareSource(source: Source, compiler: Compiler): FindTokens {
  switch (source.kind) {
    case 'text': {
      const texts = [source.text];
      return () => texts;
    }
    case 'value': {
      const evaluate = compile(source.node, compiler);
      return (frame) => {
        const value = evaluate(frame);
        return typeof value === 'string' ? [value] : undefined;
      };
    }
    case 'roles': {
      const call = compiler.roleCalls.get(source.call);
      return (frame) => (call === undefined ? undefined : rolesOf(call, frame));
    }
    case 'beginnings': {
      const evaluate = compile(source.node, compiler);
      const { textOf, isByFolder = false } = patternFunction(source.functionName) ?? {};
      return (frame, lengths) => {
        const value = evaluate(frame);
        if (typeof value !== 'string') return undefined;
        const text = textOf === undefined ? value : textOf(value);
        return text === undefined ? undefined : beginningsOf(text, lengths, isByFolder);
      };
    }
  }
}

function rolesOf(call: RoleCall, frame: Frame): readonly string[] | undefined {
  const reach = frame.reaches[call.number] ?? findReach(call, frame);
  frame.reaches[call.number] = reach;
  return reach?.names;
}

function beginningsOf(text: string, lengths: readonly number[], isByFolder: boolean): readonly string[] {
  const isEnd = (at: number): boolean => !isByFolder || at === 0 || at === text.length || text[at] === '/';
  const fitting = lengths.filter((length) => length <= text.length && isEnd(length));
  return fitting.map((length) => text.slice(0, length));
}
