import { deepFreeze } from '../ast/deep-freeze.ts';
import { isJsonObject, type JsonObject } from '../ast/json.ts';
import { LruMap } from '../ast/lru.ts';
import type { ConcludeOptions } from '../decide/conclude.ts';
import { planOf } from '../decide/plan.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Diagnostic } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { OpenCategory, QueryPlan } from '../model/query-plan.ts';
import type { AttributeSource } from '../ports/attributes.ts';
import type { decisionKey } from './decision-cache.ts';
import type { PlanQuestion } from '../model/plan-question.ts';
import type { GuardPolicies, PolicySet } from './policy-view.ts';
import type { Question, readInquiry } from './question.ts';

/** What of a guard planning needs. */
export interface Planner {
  readonly policies: GuardPolicies;
  readonly options: Omit<ConcludeOptions, 'revision'>;
  readonly attributes: readonly AttributeSource[];
  readonly enrich: (question: Question) => Promise<Question>;
  // Handed in: a bundler would make a chunk of what two chunks share.
  readonly readInquiry: typeof readInquiry;
  readonly decisionKey: typeof decisionKey;
}

/** `plan` of the guard. */
export async function planFor(asked: PlanQuestion, planner: Planner): Promise<QueryPlan> {
  const { over = 'resource', ...question } = asked;
  const { [over]: things, ...known } = question;
  requirePlannable(over, planner.attributes);
  // Read before anything is waited for.
  const open = planner.readInquiry({ [over]: things ?? {} });
  const { inquiry, problems } = await planner.enrich(planner.readInquiry(known));
  const reasons = [...open.problems, ...problems];
  const { type, attributes } = readThings(over, open.inquiry);
  return planner.policies.over({ inquiry, problems }, (found) => {
    if (typeof found === 'string' && found !== '') reasons.push({ kind: 'infrastructure', message: found });
    if (typeof found === 'string' || reasons.length > 0) return never(over, planner, reasons);
    const key = `${over}@${planner.decisionKey(found, { ...inquiry, ...open.inquiry })}`;
    return remembered(found, key, () => {
      const { functions } = planner.options;
      const findings = findOpen(found, inquiry, over);
      const facts = { inquiry, over, attributes, functions, ...(type === undefined ? {} : { type }) };
      return planOf(findings, facts, { ...planner.options, revision: found.revision });
    });
  });
}

function requirePlannable(over: OpenCategory, sources: readonly AttributeSource[]): void {
  if (!CATEGORIES.includes(over))
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `a plan is over ${CATEGORIES.join(', ')}, not over ${quote(over)}`,
    );
  const source = sources.find(({ of }) => of === over);
  if (source === undefined) return;
  const message = `the attribute source ${quote(source.name)} knows more of each ${over} than a filter sees`;
  throw new CardeaError('CARDEA_UNSUPPORTED', message);
}

const CATEGORIES: readonly OpenCategory[] = ['subject', 'action', 'resource'];

/** What is known of all things. */
interface Things {
  readonly type: string | undefined;
  readonly attributes: JsonObject;
}

function readThings(over: OpenCategory, { [over]: things }: Inquiry): Things {
  if (!isJsonObject(things)) {
    const message = `what is known of each ${over} is a dictionary, not ${quote(things)}`;
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
  }
  const { type, ...attributes } = things;
  return typeof type === 'string' && over !== 'action' ? { type, attributes } : { type: undefined, attributes: things };
}

function findOpen({ view }: PolicySet, inquiry: Inquiry, over: OpenCategory): readonly Finding[] {
  const found = view.findOpen?.(inquiry, over);
  if (found !== undefined) return found;
  // The keys of a storage are of all that an inquiry has, and do not tell which of it they are of.
  const reason =
    view.scope === 'candidates'
      ? 'a plan needs the policies for whatever an inquiry could yet have, and a guard on demand has those for one inquiry'
      : 'the engine of this guard has no `findOpen`';
  throw new CardeaError('CARDEA_UNSUPPORTED', `${reason}: plan with a resident guard`);
}

function never(over: OpenCategory, { options }: Planner, diagnostics: readonly Diagnostic[]): QueryPlan {
  return { kind: 'never', over, functions: options.functions, revision: 0, diagnostics };
}

const PLANS = 1_000;
const LONGEST_KEY = 16_384;

/** By the policies that they were made over: what was planned over others is never found again. */
const plans = new WeakMap<PolicySet, LruMap<string, QueryPlan>>();

function remembered(set: PolicySet, key: string, plan: () => QueryPlan): QueryPlan {
  const known = plans.get(set) ?? new LruMap<string, QueryPlan>(PLANS);
  plans.set(set, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = plan();
  if (made.kind === 'conditional') deepFreeze(made.condition);
  if (key.length <= LONGEST_KEY) known.set(key, Object.freeze(made));
  return made;
}
