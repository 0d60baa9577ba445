import {
  type Assertion,
  DefaultEffector,
  type EnforceContext,
  type Effector,
  type EffectorStream,
  getLogger,
  type Model,
  Util,
} from '../upstream.cjs';
import { calleesOf, isSame } from './callees.ts';
import { candidatesOf } from './candidates.ts';
import { Unsupported } from './compile.ts';
import { effectOf, startStream } from './effect.ts';
import { evaluateText, evaluateTextLater } from './evaluate-text.ts';
import { Frame } from './frame.ts';
import { type ObjectSearch, searchObjects } from './object-search.ts';
import { makePlan, type Plan } from './plan.ts';
import { isReadable } from './role-reach.ts';
import type { Rule } from './rule-index.ts';
import { RuleTable } from './rule-table.ts';
import { type Callable, type Callee, scopeOf } from './scope.ts';

/** What of an enforcer a decision depends on. */
export interface EnforcerState {
  readonly model: Model;
  readonly functions: ReadonlyMap<string, Callable>;
  readonly effector: Effector;
  readonly acceptsJson: boolean;
  /** Whether patterns may need an engine that backtracks. */
  readonly backtracks: boolean;
}

/** What is asked. */
export interface Question {
  /** `''` for that of the model. */
  readonly matcher: string;
  readonly context: EnforceContext;
  readonly request: readonly unknown[];
}

/** What is asked about many values: the request has any at the position. */
export interface OpenQuestion extends Question {
  readonly position: number;
  /** The name of what stands there. */
  readonly field: string;
}

/** A decision and the rule that made it. */
export type Decided = [boolean, string[]];

/** A matcher in its model, and what must be as it was for it to be good. */
interface Prepared {
  readonly plan: Plan | undefined;
  /** Why there is no plan. */
  readonly reason: string;
  readonly text: string;
  readonly effect: string;
  readonly model: Model;
  readonly rules: Assertion;
  readonly table: RuleTable;
  readonly ruleTokens: readonly string[];
  readonly requestTokens: readonly string[];
  readonly effectPosition: number;
  readonly functions: ReadonlyMap<string, Callable>;
  readonly functionCount: number;
  readonly roleDefinitions: ReadonlyMap<string, Assertion> | undefined;
  readonly roleDefinitionCount: number;
  readonly hasCustom: boolean;
  readonly backtracks: boolean;
}

const REMEMBERED = 1000;

/** Decides by rules that are looked up, and says so where it cannot. */
export class Decider {
  readonly #prepared = new Map<string, Prepared>();
  #last: Prepared | undefined;
  #lastContext: EnforceContext | undefined;

  /** The decision, or undefined where casbin is to decide. */
  decide(state: EnforcerState, question: Question): Decided | undefined {
    const prepared = this.#ready(state, question);
    if (prepared?.plan === undefined) return undefined;
    return decideBy(prepared, prepared.plan, state, frameOf(state, question.request));
  }

  /** Which of many values at a position are allowed; undefined where they are to be asked about one by one. */
  filter<T>(state: EnforcerState, question: OpenQuestion, values: readonly T[]): T[] | undefined {
    const prepared = this.#ready(state, question);
    if (prepared?.plan === undefined || prepared.hasCustom) return undefined;
    const { plan } = prepared;
    const { position } = question;
    const roleCalls = plan.roleCallsOf(position);
    let frame = frameOf(state, question.request);
    return values.filter((value) => {
      frame = frame.turned(position, readValue(state, value), roleCalls);
      return decideBy(prepared, plan, state, frame)[0];
    });
  }

  /** Which texts at a position are named by what can allow the rest of a request. */
  search(state: EnforcerState, question: OpenQuestion): ObjectSearch | string {
    const prepared = this.#prepare(state, question);
    if (prepared === undefined) return 'the model has no such definitions';
    const { plan, table, effectPosition, effect, ruleTokens, reason } = prepared;
    const foreign = foreignPart(prepared, state.effector);
    if (plan === undefined || foreign !== undefined) return foreign ?? reason;
    if (state.acceptsJson) return 'values of requests are read as JSON, where many texts are one value';
    const { position, request } = question;
    const start = (): EffectorStream => startStream(state.effector, effect);
    const rules = { plan: plan.openAt(position), table, start, effectPosition, fields: ruleTokens.length };
    return searchObjects(rules, new Frame(request), position);
  }

  /** As {@link Decider.decide}, with functions of the caller that may be asynchronous. */
  async decideLater(state: EnforcerState, question: Question): Promise<Decided | undefined> {
    const prepared = this.#ready(state, question);
    if (prepared?.plan === undefined) return undefined;
    if (prepared.hasCustom) return decideByText(prepared, prepared.plan, state, question);
    try {
      return decideBy(prepared, prepared.plan, state, frameOf(state, question.request));
    } catch {
      // Of two operands that fail casbin tells another one here: it evaluates them side by side.
      return decideByText(prepared, prepared.plan, state, question);
    }
  }

  /** The matcher as it is read, for explanations. */
  read(
    state: EnforcerState,
    question: Question,
  ): { readonly plan?: Plan; readonly table?: RuleTable; readonly reason: string } {
    const prepared = this.#prepare(state, question);
    if (prepared === undefined) return { reason: 'the model has no such definitions' };
    const { plan, table } = prepared;
    const reason = foreignPart(prepared, state.effector) ?? prepared.reason;
    return plan === undefined || reason !== '' ? { table, reason } : { plan, table, reason };
  }

  /** Undefined where casbin is to decide. */
  #ready(state: EnforcerState, question: Question): Prepared | undefined {
    const prepared = this.#prepare(state, question);
    if (prepared?.plan === undefined || prepared.table.size === 0) return undefined;
    if (prepared.requestTokens.length !== question.request.length) return undefined;
    return foreignPart(prepared, state.effector) === undefined ? prepared : undefined;
  }

  #prepare(state: EnforcerState, { matcher, context }: Question): Prepared | undefined {
    const { model } = state.model;
    const text = matcher === '' ? model.get('m')?.get(context.mType)?.value : matcher;
    const rules = model.get('p')?.get(context.pType);
    const requestTokens = model.get('r')?.get(context.rType)?.tokens;
    const effect = model.get('e')?.get(context.eType)?.value;
    if (!text || rules === undefined || requestTokens === undefined || !effect) return undefined;
    const last = this.#last;
    if (
      last !== undefined &&
      this.#lastContext === context &&
      last.text === text &&
      isGood(last, state, rules, requestTokens)
    ) {
      return last.effect === effect ? last : { ...last, effect };
    }
    const key = `${matcher === ''}\0${context.rType}\0${context.pType}\0${text}`;
    const known = this.#prepared.get(key);
    const isKnown = known !== undefined && isGood(known, state, rules, requestTokens);
    const prepared = isKnown
      ? { ...known, effect }
      : prepare(state, { text, effect, rules, requestTokens, context, isOwn: matcher === '' });
    if (!isKnown) {
      if (this.#prepared.size >= REMEMBERED) this.#prepared.clear();
      this.#prepared.set(key, prepared);
    }
    this.#last = prepared;
    this.#lastContext = context;
    return prepared;
  }
}

function decideBy(
  { table, effectPosition, effect }: Prepared,
  plan: Plan,
  { effector }: EnforcerState,
  frame: Frame,
): Decided {
  const stream = startStream(effector, effect);
  let decider: Rule | undefined;
  for (const number of candidatesOf(plan, table, frame)) {
    const rule = table.rule(number) as Rule;
    frame.rule = rule;
    const [, isRecorded, isDone] = stream.pushEffect(effectOf(plan.evaluate(frame), rule[effectPosition]));
    if (isRecorded) decider = rule;
    if (isDone) break;
  }
  return [stream.current(), (decider ?? []) as string[]];
}

/** By casbin's own evaluator, for whatever {@link candidatesOf} leaves. */
async function decideByText(
  { table, effectPosition, effect, requestTokens, ruleTokens, functions, roleDefinitions, backtracks }: Prepared,
  plan: Plan,
  state: EnforcerState,
  { request }: Question,
): Promise<Decided> {
  const frame = frameOf(state, request);
  const stream = startStream(state.effector, effect);
  const rules = candidatesOf(plan, table, frame).map((number) => table.rule(number) as Rule);
  const scope = { requestTokens, ruleTokens, callees: calleesOf(functions, roleDefinitions, backtracks) };
  let decider: Rule | undefined;
  for (const rule of rules) {
    frame.rule = rule;
    const result = await evaluateTextLater(plan.textFor(rule), scope, frame);
    const [, isRecorded, isDone] = stream.pushEffect(effectOf(result, rule[effectPosition]));
    if (isRecorded) decider = rule;
    if (isDone) break;
  }
  return [stream.current(), (decider ?? []) as string[]];
}

interface Definitions {
  readonly text: string;
  readonly effect: string;
  readonly rules: Assertion;
  readonly requestTokens: readonly string[];
  readonly context: EnforceContext;
  /** Whether the matcher is that of the model, which is escaped already. */
  readonly isOwn: boolean;
}

function prepare(state: EnforcerState, definitions: Definitions): Prepared {
  const { effect, rules, requestTokens, context } = definitions;
  const roleDefinitions = state.model.model.get('g');
  const text = definitions.isOwn ? definitions.text : Util.removeComments(Util.escapeAssertion(definitions.text));
  const callees = calleesOf(state.functions, roleDefinitions, state.backtracks);
  const made = planOf(text, definitions, callees, context.pType);
  const hasCustom =
    made.plan?.callees.some(({ kind }) => kind === 'custom') === true ||
    (made.plan?.hasEval === true && [...callees.values()].some(({ kind }) => kind === 'custom'));
  return {
    ...made,
    text: definitions.text,
    effect,
    model: state.model,
    rules,
    table: RuleTable.of(rules),
    ruleTokens: rules.tokens,
    requestTokens,
    effectPosition: rules.tokens.lastIndexOf(`${context.pType}_eft`),
    functions: state.functions,
    functionCount: state.functions.size,
    roleDefinitions,
    roleDefinitionCount: roleDefinitions?.size ?? 0,
    hasCustom,
    backtracks: state.backtracks,
  };
}

function planOf(
  text: string,
  { rules, requestTokens }: Definitions,
  callees: ReadonlyMap<string, Callee>,
  ruleType: string,
): { readonly plan: Plan | undefined; readonly reason: string } {
  if (!text.includes(`${ruleType}_`)) return { plan: undefined, reason: 'the matcher names no field of the rules' };
  try {
    const { tokens: ruleTokens } = rules;
    const names = { requestTokens, ruleTokens, callees };
    const scope = scopeOf(requestTokens, ruleTokens, callees);
    return { plan: makePlan(text, scope, (whole, frame) => evaluateText(whole, names, frame)), reason: '' };
  } catch (error) {
    // What casbin cannot parse it says itself.
    const reason = error instanceof Error ? error.message : String(error);
    getLogger().print(`${error instanceof Unsupported ? 'rules are walked' : 'the matcher is not read'}: ${reason}`);
    return { plan: undefined, reason };
  }
}

function isGood(prepared: Prepared, state: EnforcerState, rules: Assertion, requestTokens: readonly string[]): boolean {
  const { functions, roleDefinitions } = prepared;
  if (prepared.model !== state.model || prepared.rules !== rules || prepared.requestTokens !== requestTokens)
    return false;
  if (prepared.ruleTokens !== rules.tokens || prepared.backtracks !== state.backtracks) return false;
  if (functions !== state.functions || functions.size !== prepared.functionCount) return false;
  const current = state.model.model.get('g');
  if (current !== roleDefinitions || (current?.size ?? 0) !== prepared.roleDefinitionCount) return false;
  for (const callee of prepared.plan?.callees ?? []) {
    if (!isSame(callee, functions, current)) return false;
  }
  return true;
}

/** What is not casbin's, so that only casbin's walk can tell what it does. */
function foreignPart({ plan }: Prepared, effector: Effector): string | undefined {
  if (Object.getPrototypeOf(effector) !== DefaultEffector.prototype) return "the effector is not casbin's";
  for (const callee of plan?.callees ?? []) {
    if (callee.kind === 'role' && !isReadable(callee.assertion.rm)) {
      return `the role manager of \`${callee.name}\` is not casbin's`;
    }
  }
  return undefined;
}

function frameOf({ acceptsJson }: EnforcerState, request: readonly unknown[]): Frame {
  return new Frame(acceptsJson ? request.map(parsed) : request);
}

function readValue({ acceptsJson }: EnforcerState, value: unknown): unknown {
  return acceptsJson ? parsed(value) : value;
}

function parsed(value: unknown): unknown {
  try {
    return JSON.parse(value as string);
  } catch {
    return value;
  }
}
