import { CardeaError, quote } from '../../errors.ts';

/** The names of what is in Redis. All have one hash tag, so that they are on one node of a cluster. */
export interface KeyNames {
  /** The keys of what is stored, in the order in which `PRELUDE` names them. */
  readonly keys: readonly string[];
  readonly channel: string;
  /** Where the version of the layout is kept. */
  readonly migrations: string;
  /** Where a batch waits until it is written. */
  stage(token: string): string;
}

const PARTS = ['head', 'uids', 'policies', 'order', 'keyed', 'sizes', 'held', 'links', 'shapes', 'changes'];

/** @throws CARDEA_INVALID_ARGUMENT when a prefix has characters that mean something in a hash tag or in a pattern of an ACL */
export function keyNames(prefix: string): KeyNames {
  if (typeof prefix !== 'string' || !/^[A-Za-z0-9_.:-]{1,100}$/.test(prefix))
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `prefix must be letters, digits and \`_.:-\`, not ${quote(prefix)}`,
    );
  const named = (part: string): string => `{${prefix}}:${part}`;
  const stage = (token: string): string => named(`stage:${token}`);
  return { keys: PARTS.map(named), channel: named('revisions'), migrations: named('migrations'), stage };
}
