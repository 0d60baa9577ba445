/** An enforcer, and what is done with it in turn: plain data, so that two libraries can play the same. */
export interface Scenario {
  readonly model: string;
  /** CSV; an enforcer without an adapter where undefined. */
  readonly policy: string | undefined;
  readonly synced: boolean;
  readonly setup: readonly SetupStep[];
  readonly steps: readonly Step[];
}

/** What is done once, before the first step. */
export type SetupStep =
  | { readonly do: 'match' | 'matchDomains'; readonly ptype: string; readonly by: MatchingName }
  | { readonly do: 'domainHierarchy'; readonly ptype: string; readonly from: string }
  | { readonly do: 'jsonRequests' | 'autoSave' | 'autoBuildRoleLinks'; readonly value: boolean };

/** A matching function of casbin's `Util`, without `Func`. */
export type MatchingName = 'keyMatch' | 'keyMatch2' | 'keyMatch3' | 'keyMatch4' | 'keyMatch5' | 'regexMatch';

/** One thing done with the enforcer. */
export type Step = Ask | AskAll | Call | ForeignEdit;

/** A request; without a matcher of its own it is asked in all four ways. */
export interface Ask {
  readonly do: 'ask';
  readonly values: readonly unknown[];
  /** The definitions that it is about: `r`, `p`, `e`, `m`. */
  readonly context?: readonly [string, string, string, string];
  readonly matcher?: string;
}

/** Several requests by `batchEnforce`. */
export interface AskAll {
  readonly do: 'askAll';
  readonly requests: readonly (readonly unknown[])[];
}

/** A method of the enforcer. */
export interface Call {
  readonly do: 'call';
  readonly method: string;
  readonly args: readonly unknown[];
  /** The next step comes before the promise is awaited. */
  readonly unawaited?: true;
}

/**
 * What adapters and applications do to the policy without asking the enforcer. No rule is changed in place, a field of
 * its array overwritten: of that ours is told by nobody.
 */
export interface ForeignEdit {
  readonly do: 'edit';
  readonly sec: 'p' | 'g';
  readonly ptype: string;
  readonly how:
    | 'push'
    | 'splice'
    | 'assign'
    | 'overwrite'
    | 'reverse'
    | 'pop'
    | 'truncate'
    | 'modelAdd'
    | 'modelRemove'
    | 'modelClear'
    | 'line'
    | 'addLink'
    | 'deleteLink';
  readonly at: number;
  readonly rule: readonly string[];
}
