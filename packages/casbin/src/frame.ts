import { type Assertion, Util } from '../upstream.cjs';
import type { Callable } from './scope.ts';

/** Names that a name reaches by roles, itself included: what `g` says about it. */
export interface Reach {
  has(name: string): boolean;
  readonly names: readonly string[];
}

/** One request while its rules are evaluated. */
export class Frame {
  readonly request: readonly unknown[];
  /** The rule that is evaluated. */
  rule: readonly unknown[] = [];
  /** By the number of the call in the matcher, what its first argument reaches. */
  readonly reaches: (Reach | undefined)[] = [];
  /** What `eval` stands for in the rule, in the order of the matcher. */
  parts: readonly Evaluate[] = [];
  #roleFunctions: Map<Assertion, Callable> | undefined;

  constructor(request: readonly unknown[]) {
    this.request = request;
  }

  /** The same request with another value, and what is known of it that the calls of these numbers did not tell. */
  turned(position: number, value: unknown, unknown: readonly number[]): Frame {
    const turned = new Frame(this.request.with(position, value));
    for (const [call, reach] of this.reaches.entries()) if (!unknown.includes(call)) turned.reaches[call] = reach;
    return turned;
  }

  /** casbin's own function for a role definition: it remembers what it found for as long as a request lasts. */
  roleFunction(assertion: Assertion): Callable {
    this.#roleFunctions ??= new Map();
    const made = this.#roleFunctions.get(assertion) ?? (Util.generateSyncedGFunction(assertion.rm) as Callable);
    this.#roleFunctions.set(assertion, made);
    return made;
  }
}

/** What an expression is for a request and a rule. */
export type Evaluate = (frame: Frame) => unknown;
