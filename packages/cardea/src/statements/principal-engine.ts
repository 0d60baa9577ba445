import { anyOf } from '../ast/build.ts';
import type { Category } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { isPrepared } from '../model/prepared.ts';
import type { EngineChange, EngineStats, PolicyEngine } from '../ports/engine.ts';
import { partialCondition, type Request } from './partial-condition.ts';
import { type SubjectTokens, subjectTokens, valuesIn } from './subject-tokens.ts';

/** A policy for one subject and action. */
interface Runner {
  readonly policy: LoweredPolicy;
  readonly run: (request: Request) => Truth;
}

/** The policies that may matter for one subject, and for actions that it was asked about. */
interface Compiled {
  readonly policies: readonly LoweredPolicy[];
  readonly byAction: Map<string, Runners>;
}

interface Runners {
  /** In the order of the storage. */
  readonly all: readonly Runner[];
  readonly denies: readonly Runner[];
  readonly allows: readonly Runner[];
}

const MOST_ACTIONS = 256;

/** Policies that have a token in common. */
interface TokenTable {
  readonly kind: SubjectTokens;
  readonly byValue: Map<Json, Set<LoweredPolicy>>;
  /** All of them, whichever values they name: none, perhaps. */
  readonly all: Set<LoweredPolicy>;
}

/**
 * An engine that compiles the policies of a subject once, and those for an action of it once. It is for subjects that
 * are asked about again and again: it knows them by identity, and finds for those alone that the library has prepared;
 * every other inquiry goes to the engine beside it, which has the same policies. A change of the policies forgets
 * whatever was compiled.
 */
export class PrincipalEngine implements PolicyEngine {
  readonly #engine: PolicyEngine;
  readonly #functions: FunctionTable;
  readonly #policies = new Map<string, LoweredPolicy>();
  #compiled = new WeakMap<object, Compiled>();
  #index: SubjectIndex | undefined;
  #decisions: number[] = [];
  #templates = 0;
  /** As the engine beside it does, where it does. */
  readonly findOpen?: (inquiry: Inquiry, open: Category) => readonly Finding[];

  constructor(engine: PolicyEngine, functions: FunctionTable) {
    this.#engine = engine;
    this.#functions = functions;
    if (engine.findOpen !== undefined) this.findOpen = engine.findOpen.bind(engine);
  }

  get size(): number {
    return this.#engine.size;
  }

  load(policies: Iterable<LoweredPolicy>): void {
    const kept = [...policies];
    this.#engine.load(kept);
    for (const policy of kept) this.#put(policy);
    this.#purge();
  }

  apply(changes: Iterable<EngineChange>): void {
    const all = [...changes];
    this.#engine.apply(all);
    for (const change of all) {
      if (change.type === 'put') this.#put(change.policy);
      else if (change.type === 'remove') this.#remove(change.uid);
    }
    this.#purge();
  }

  find(inquiry: Inquiry): readonly Finding[] {
    const runners = this.#runnersFor(inquiry);
    if (runners === undefined) return this.#engine.find(inquiry);
    const request: Request = { inquiry, document: undefined };
    const findings: Finding[] = [];
    for (const { policy, run } of runners.all) {
      const truth = run(request);
      const matters = policy.effect === 'deny' ? truth !== 'false' : truth === 'true' || truth === 'error';
      if (matters) findings.push(findingOf(policy, truth));
    }
    return findings;
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    const runners = this.#runnersFor(inquiry);
    if (runners === undefined) return this.#engine.allows(inquiry, unclear);
    const request: Request = { inquiry, document: undefined };
    // One that allows comes first: without it nothing is allowed, whatever is denied.
    if (!runners.allows.some(({ run }) => run(request) === 'true')) return false;
    return runners.denies.every(({ run }) => {
      const truth = run(request);
      return truth === 'false' || (truth === 'unknown' && unclear === 'error');
    });
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

  #put(policy: LoweredPolicy): void {
    const before = this.#policies.get(policy.uid);
    this.#templates += Number(policy.slots !== undefined) - Number(before?.slots !== undefined);
    this.#policies.set(policy.uid, policy);
  }

  #remove(uid: string): void {
    if (this.#policies.get(uid)?.slots !== undefined) this.#templates -= 1;
    this.#policies.delete(uid);
  }

  #purge(): void {
    this.#compiled = new WeakMap();
    this.#index = undefined;
  }

  #runnersFor(inquiry: Inquiry): Runners | undefined {
    const { subject, action } = inquiry;
    if (this.#templates > 0 || typeof action !== 'string' || typeof subject !== 'object' || subject === null)
      return undefined;
    let compiled = this.#compiled.get(subject);
    if (compiled === undefined) {
      if (!isPrepared(subject)) return undefined;
      this.#index ??= new SubjectIndex(this.#policies.values());
      compiled = { policies: this.#index.find(inquiry), byAction: new Map() };
      this.#compiled.set(subject, compiled);
    }
    let runners = compiled.byAction.get(action);
    if (runners === undefined) {
      runners = this.#compile(compiled.policies, { subject, action });
      // Whoever asks about more actions than there are asks with numbers in them.
      if (compiled.byAction.size >= MOST_ACTIONS) compiled.byAction.clear();
      compiled.byAction.set(action, runners);
    }
    const size = 32 - Math.clz32(runners.all.length);
    this.#decisions[size] = (this.#decisions[size] ?? 0) + 1;
    return runners;
  }

  #compile(policies: readonly LoweredPolicy[], known: Inquiry): Runners {
    const all = policies.flatMap((policy): readonly Runner[] => {
      const part = partialCondition(policy.condition, known, this.#functions);
      if (part === 'false') return [];
      return [{ policy, run: typeof part === 'function' ? part : () => part }];
    });
    return {
      all,
      denies: all.filter(({ policy }) => policy.effect === 'deny'),
      allows: all.filter(({ policy }) => policy.effect === 'allow'),
    };
  }
}

function findingOf(policy: LoweredPolicy, truth: Truth): Finding {
  const { uid, effect, priority, obligations, condition } = policy;
  return { uid, effect, priority, obligations, truth, condition: () => condition };
}

/** Policies by what a subject must have for them to matter. */
class SubjectIndex {
  readonly #order = new Map<LoweredPolicy, number>();
  readonly #tables = new Map<string, TokenTable>();
  readonly #others: LoweredPolicy[] = [];

  constructor(policies: Iterable<LoweredPolicy>) {
    for (const policy of policies) {
      this.#order.set(policy, this.#order.size);
      const tokens = subjectTokens(anyOf(policy.parts.subjects));
      if (tokens === undefined) this.#others.push(policy);
      else for (const each of tokens) this.#file(policy, each);
    }
  }

  /** Those that may matter for the subject of an inquiry, in the order of the storage. */
  find(inquiry: Inquiry): readonly LoweredPolicy[] {
    const found = new Set(this.#others);
    for (const { kind, byValue, all } of this.#tables.values()) {
      const values = valuesIn(inquiry, kind);
      const lists = values === undefined ? [all] : values.map((value) => byValue.get(value) ?? []);
      for (const list of lists) for (const policy of list) found.add(policy);
    }
    return [...found].toSorted((a, b) => (this.#order.get(a) as number) - (this.#order.get(b) as number));
  }

  #file(policy: LoweredPolicy, kind: SubjectTokens): void {
    const table: TokenTable = this.#tables.get(kind.name) ?? { kind, byValue: new Map(), all: new Set() };
    this.#tables.set(kind.name, table);
    table.all.add(policy);
    for (const value of kind.values) {
      const list = table.byValue.get(value);
      if (list === undefined) table.byValue.set(value, new Set([policy]));
      else list.add(policy);
    }
  }
}
