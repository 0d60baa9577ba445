import type { FunctionTable } from '../ast/functions.ts';
import type { Scalar } from '../ast/json.ts';
import type { ConcludeOptions } from '../decide/conclude.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { descriptionOf } from './description-of.ts';
import type { PolicyView } from './policy-view.ts';

/** What candidates were read to. */
export interface ReadCandidates {
  /** In the order of the storage. */
  readonly policies: readonly LoweredPolicy[];
  /** The links of each template, by its uid. */
  readonly links: ReadonlyMap<string, readonly (readonly Scalar[])[]>;
  /** By uid; none where nobody asks for them. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** The candidates of an inquiry: few, so that each of them is evaluated. */
export class CandidateSet implements PolicyView {
  readonly scope = 'candidates';
  readonly #read: ReadCandidates;
  readonly #functions: FunctionTable;

  constructor(read: ReadCandidates, functions: FunctionTable) {
    this.#read = read;
    this.#functions = functions;
  }

  decide(inquiry: Inquiry, options: ConcludeOptions): Decision {
    const { policies, links } = this.#read;
    return decide(policies, inquiry, { ...options, links });
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    const unknownDeny = unclear === 'error' ? 'ignore' : 'deny';
    const options = { combining: 'deny-overrides', unknownDeny, functions: this.#functions, revision: 0 } as const;
    return this.decide(inquiry, options).allowed;
  }

  policies(): Iterable<LoweredPolicy> {
    return this.#read.policies;
  }

  describe(uid: string): string | undefined {
    const { descriptions, links } = this.#read;
    return descriptionOf(uid, descriptions, (template) => links.has(template));
  }
}
