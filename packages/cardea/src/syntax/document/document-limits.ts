import { CardeaError, quote } from '../../errors.ts';

/** How large a document may be. Larger ones are refused before anything is built of them. */
export interface DocumentLimits {
  /** Length of the text in UTF-16 units; 8,388,608 when absent. */
  readonly maxLength?: number;
  /** Levels of lists and mappings, one inside the other; 64 when absent, 256 at most. */
  readonly maxDepth?: number;
  /** Values of the document with its aliases expanded, and for YAML lexical tokens too; 1,000,000 when absent. */
  readonly maxNodes?: number;
}

/** The limits that hold where none are given. */
export const DOCUMENT_LIMITS: Required<DocumentLimits> = Object.freeze({
  maxLength: 8 * 1024 * 1024,
  maxDepth: 64,
  maxNodes: 1_000_000,
});

// The readers recurse once a level, so that the depth has a bound that no option lifts: at 256 levels the
// stack of every runtime holds.
const GREATEST_DEPTH = 256;

/**
 * The limits with those that are absent filled in.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a limit is no positive whole number, or the depth is above 256
 */
export function documentLimits(limits: DocumentLimits): Required<DocumentLimits> {
  const { maxLength, maxDepth, maxNodes } = DOCUMENT_LIMITS;
  return {
    maxLength: checked('maxLength', limits.maxLength ?? maxLength, Number.MAX_SAFE_INTEGER),
    maxDepth: checked('maxDepth', limits.maxDepth ?? maxDepth, GREATEST_DEPTH),
    maxNodes: checked('maxNodes', limits.maxNodes ?? maxNodes, Number.MAX_SAFE_INTEGER),
  };
}

function checked(name: string, value: number, greatest: number): number {
  if (Number.isInteger(value) && value > 0 && value <= greatest) return value;
  throw new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `${name} must be a whole number from 1 to ${greatest}, not ${quote(value)}`,
  );
}
