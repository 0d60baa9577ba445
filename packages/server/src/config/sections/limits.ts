import { z } from 'zod';
import { DECISION_POINT_LIMITS, type DecisionPointLimits } from '../../decision-point.ts';

/** What one request may ask for, and how it may arrive. */
export interface LimitsConfig extends DecisionPointLimits {
  readonly bodyBytes: number;
  readonly requestMs: number;
}

const { evaluations, depth, pageSize, mostTried, waitMs, behindMs } = DECISION_POINT_LIMITS;

/** The section `limits`. */
export const limitsConfig: z.ZodType<LimitsConfig> = z
  .strictObject({
    bodyBytes: limit(1 << 20, 'Bytes of a body.'),
    requestMs: limit(10_000, 'How long a request may take to arrive, in milliseconds.'),
    evaluations: limit(evaluations, 'Evaluations in one request.'),
    depth: limit(depth, 'How deep a body may be nested.'),
    pageSize: limit(pageSize, 'Results of a page.'),
    mostTried: limit(mostTried, 'Candidates that a search tries for one answer.'),
    waitMs: limit(waitMs, 'How long a request waits for the revision that it wants, in milliseconds.'),
    behindMs: limit(behindMs, 'How far behind its store a server may be that is still ready, in milliseconds.'),
  })
  .prefault({});

function limit(standard: number, meaning: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).default(standard).describe(meaning);
}
