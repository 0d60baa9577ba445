import type { Finding } from '../model/finding.ts';
import { markRepeated } from '../model/repeated-findings.ts';

/** A list of findings, and those that begin with it. */
export interface FindingList {
  readonly findings: readonly Finding[];
  readonly longer: Map<Finding, FindingList>;
}

/**
 * The lists that findings of one subject and action make: few, as most objects fit the same statements as others do. Each
 * is made once, so that what is concluded of it is too.
 */
export class FindingLists {
  #first = listOf([]);
  #count = 0;

  /** The empty one. */
  get first(): FindingList {
    return this.#first;
  }

  /** A list with one more at its end: findings that are made once too, in an order that is always the same. */
  after(list: FindingList, finding: Finding): FindingList {
    const known = list.longer.get(finding);
    if (known !== undefined) return known;
    const made = listOf([...list.findings, finding]);
    // Where objects fit ever other statements, remembering the lists is of no use.
    if (this.#count++ >= MOST_LISTS) this.#forget();
    else list.longer.set(finding, made);
    return made;
  }

  #forget(): void {
    this.#first = listOf([]);
    this.#count = 0;
  }
}

const MOST_LISTS = 1_000;

function listOf(findings: readonly Finding[]): FindingList {
  // The reason of an error is read from the inquiry, and another one each time.
  if (findings.every(({ truth }) => truth !== 'error')) markRepeated(findings);
  return { findings: Object.freeze(findings), longer: new Map() };
}
