import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { Policy } from '../../packages/cardea/src/model/policy.ts';
import type { Random } from '../random.ts';

/** An application of Cedar's OOPSLA 2024 evaluation: policies in both languages, and random worlds. */
export interface Application {
  readonly name: string;
  /** For Cardea. */
  readonly policies: readonly Policy[];
  /** The same for Cedar. */
  readonly cedar: string;
  /** Makes N entities of each kind, two of them connected with a chance of one in twenty. */
  readonly world: (size: number, random: Random) => World;
}

/** Entities, and random requests about them. */
export interface World {
  readonly request: (random: Random) => Request;
}

/** One request for both. */
export interface Request {
  readonly inquiry: Inquiry;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** What Cedar must know to decide it, and nothing more. */
  readonly entities: readonly CedarEntity[];
}

/** An entity in Cedar's JSON, names instead of uids. */
export interface CedarEntity {
  readonly name: string;
  readonly parents: readonly string[];
  readonly attributes?: Readonly<Record<string, boolean | EntityValue | readonly EntityValue[]>>;
}

/** An attribute that names an entity. */
export interface EntityValue {
  readonly entity: string;
}

/** The chance that two entities are connected. */
export const CONNECTED = 0.05;

/** Those of so many that chance connects. */
export function connected(random: Random, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at).filter(() => random() < CONNECTED);
}
