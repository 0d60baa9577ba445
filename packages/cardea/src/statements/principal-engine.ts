import type { FunctionTable } from '../ast/functions.ts';
import { constantTruth } from '../decide/plan-constants.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { isPrepared } from '../model/prepared.ts';
import type { EngineChange, EngineStats, PolicyEngine } from '../ports/engine.ts';
import type { PolicyRun } from './policy-run.ts';
import { openCondition, type Request, requestOf } from './partial-condition.ts';
import { type Runners, SharedRuns } from './shared-runs.ts';
import { SubjectIndex } from './subject-index.ts';

/** The policies that may matter for one subject, and for actions that it was asked about. */
interface Compiled {
  readonly uids: readonly string[];
  readonly byAction: Map<string, Runners>;
}

const MOST_ACTIONS = 256;

/**
 * An engine that compiles the policies of a subject once, and those for an action of it once. It is for subjects that
 * are asked about again and again: it knows them by identity, and finds for those alone that the library has prepared;
 * every other inquiry goes to the engine beside it, which holds the policies. A change of the policies forgets whatever
 * was compiled.
 */
export class PrincipalEngine implements PolicyEngine {
  readonly #engine: PolicyEngine;
  readonly #functions: FunctionTable;
  #index = new SubjectIndex();
  #compiled = new WeakMap<object, Compiled>();
  #shared = new SharedRuns();
  #decisions: number[] = [];
  #hasTemplates = false;
  /** Absent where the engine beside it cannot plan. */
  readonly findOpen?: NonNullable<PolicyEngine['findOpen']>;

  constructor(engine: PolicyEngine, functions: FunctionTable) {
    this.#engine = engine;
    this.#functions = functions;
    if (engine.findOpen !== undefined) this.findOpen = engine.findOpen.bind(engine);
  }

  get size(): number {
    return this.#engine.size;
  }

  load(policies: Iterable<LoweredPolicy>): void {
    try {
      this.#engine.load(this.#filing(policies));
    } catch (error) {
      // None of them is there.
      this.#index = new SubjectIndex();
      for (const policy of this.#engine.policies()) this.#index.put(policy);
      throw error;
    }
    this.#purge();
  }

  apply(changes: Iterable<EngineChange>): void {
    const all = [...changes];
    const present = new Map<string, LoweredPolicy | undefined>();
    for (const uid of all.flatMap(uidsOf)) present.set(uid, this.#engine.get(uid));
    this.#engine.apply(all);
    for (const change of all) {
      if (change.type === 'put') {
        const { policy } = change;
        this.#index.put(policy, present.get(policy.uid));
        present.set(policy.uid, policy);
      } else if (change.type === 'remove') {
        const policy = present.get(change.uid);
        if (policy !== undefined) this.#index.remove(policy);
        present.set(change.uid, undefined);
      }
    }
    this.#purge();
  }

  find(inquiry: Inquiry): readonly Finding[] {
    const runners = this.#runnersFor(inquiry);
    if (runners === undefined) return this.#engine.find(inquiry);
    const request = requestOf(inquiry);
    let list = runners.lists.first;
    for (const { run, findings } of runners.all) {
      const truth = run(request);
      const finding = truth === 'false' ? undefined : findings[truth];
      if (finding !== undefined) list = runners.lists.after(list, finding);
    }
    return list.findings;
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    const runners = this.#runnersFor(inquiry);
    if (runners === undefined) return this.#engine.allows(inquiry, unclear);
    const request = requestOf(inquiry);
    // One that allows comes first: without it nothing is allowed, whatever is denied.
    if (!isSomeTrue(runners.allows, request)) return false;
    for (const { run } of runners.denies) {
      const truth = run(request);
      if (truth !== 'false' && (truth !== 'unknown' || unclear !== 'error')) return false;
    }
    return true;
  }

  get(uid: string): LoweredPolicy | undefined {
    return this.#engine.get(uid);
  }

  policies(): Iterable<LoweredPolicy> {
    return this.#engine.policies();
  }

  stats(): EngineStats {
    const stats = this.#engine.stats();
    const classes = Math.max(stats.candidates.length, this.#decisions.length);
    const count = (at: number): number => (stats.candidates[at] ?? 0) + (this.#decisions[at] ?? 0);
    return { ...stats, candidates: Array.from({ length: classes }, (_, at) => count(at)) };
  }

  *#filing(policies: Iterable<LoweredPolicy>): Iterable<LoweredPolicy> {
    for (const policy of policies) {
      this.#index.put(policy);
      yield policy;
    }
  }

  #purge(): void {
    this.#compiled = new WeakMap();
    this.#shared = new SharedRuns();
    this.#hasTemplates = this.#engine.stats().templates > 0;
  }

  #runnersFor(inquiry: Inquiry): Runners | undefined {
    const { subject, action } = inquiry;
    if (this.#hasTemplates || typeof action !== 'string' || typeof subject !== 'object' || subject === null)
      return undefined;
    let compiled = this.#compiled.get(subject);
    if (compiled === undefined) {
      if (!isPrepared(subject)) return undefined;
      compiled = { uids: this.#index.find(inquiry), byAction: new Map() };
      this.#compiled.set(subject, compiled);
    }
    let runners = compiled.byAction.get(action);
    if (runners === undefined) {
      runners = this.#compile(compiled.uids, { subject, action });
      // Whoever asks about more actions than there are asks with numbers in them.
      if (compiled.byAction.size >= MOST_ACTIONS) compiled.byAction.clear();
      compiled.byAction.set(action, runners);
    }
    const size = 32 - Math.clz32(runners.all.length);
    this.#decisions[size] = (this.#decisions[size] ?? 0) + 1;
    return runners;
  }

  #compile(uids: readonly string[], known: Inquiry): Runners {
    return this.#shared.runners(uids.flatMap((uid) => this.#runOf(uid, known) ?? []));
  }

  /** Undefined where the policy cannot apply. */
  #runOf(uid: string, known: Inquiry): PolicyRun | undefined {
    const policy = this.#engine.get(uid);
    if (policy === undefined) return undefined;
    const functions = this.#functions;
    const open = openCondition(policy.condition, known, functions);
    if (constantTruth(open) === 'false') return undefined;
    // Decoded again where somebody asks for it, which is after an error only.
    return this.#shared.run(policy, open, { functions, again: () => this.#engine.get(uid) });
  }
}

function isSomeTrue(runs: readonly PolicyRun[], request: Request): boolean {
  for (const { run } of runs) if (run(request) === 'true') return true;
  return false;
}

function uidsOf(change: EngineChange): readonly string[] {
  if (change.type === 'put') return [change.policy.uid];
  return change.type === 'remove' ? [change.uid] : [];
}
