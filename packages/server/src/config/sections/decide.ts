import type { Checker, Combining } from 'cardea';
import { z } from 'zod';
import { moduleList } from '../file-path.ts';

/** How policies are read, and how they decide. */
export interface DecideConfig {
  readonly checker: Checker['name'];
  readonly combining: Combining;
  readonly unknownDeny: 'ignore' | 'deny';
  readonly functions: readonly string[];
  readonly residence: 'resident' | 'on-demand';
}

const CHECKERS = ['default', 'rules', 'regex', 'exact', 'fuzzy'] as const satisfies readonly Checker['name'][];
const COMBINING = [
  'deny-overrides',
  'ordered-deny-overrides',
  'allow-overrides',
  'first-applicable',
  'highest-priority',
] as const satisfies readonly Combining[];

/** The section `decide`. */
export const decideConfig: z.ZodType<DecideConfig> = z
  .strictObject({
    checker: z.enum(CHECKERS).default('default').describe('How elements of policies are read.'),
    combining: z.enum(COMBINING).default('deny-overrides').describe('Which policy wins.'),
    unknownDeny: z
      .enum(['ignore', 'deny'])
      .default('ignore')
      .describe('What a deny policy does that cannot tell whether it applies.'),
    functions: moduleList.describe(
      'JavaScript modules that export the functions that policies call; `vakt` for those of imported vakt policies.',
    ),
    residence: z
      .enum(['resident', 'on-demand'])
      .default('resident')
      .describe(
        'Where the policies of a store are: in memory, following its changes, or in the store, asked each time.',
      ),
  })
  .prefault({});
