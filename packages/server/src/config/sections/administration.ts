import { z } from 'zod';
import { filePath } from '../file-path.ts';

/** Whether policies are changed over HTTP, and what is remembered of it. */
export interface AdministrationConfig {
  readonly enabled: boolean;
  readonly history?: string;
  readonly historyTable?: string;
  readonly decisionLog?: string;
}

/** The section `administration`. */
export const administrationConfig: z.ZodType<AdministrationConfig> = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether the policies of the store are read and changed over HTTP. Needs `authentication`.'),
    history: filePath
      .exactOptional()
      .describe(
        'A file, of this server alone, in which stays who changed what, and when; remembered until the server ends when absent.',
      ),
    historyTable: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,59}$/, 'must be a name of lower-case letters, digits and underscores')
      .exactOptional()
      .describe(
        'A table of the store, an SQL database, for the same: all instances share it. It is made when it is first needed.',
      ),
    decisionLog: filePath
      .exactOptional()
      .describe(
        'A file of audit records (NDJSON), of which dry runs take a sample of inquiries; that of `observe.decisions` when absent.',
      ),
  })
  .refine(({ history, historyTable }) => history === undefined || historyTable === undefined, {
    path: ['historyTable'],
    message: 'there is a `history` in a file already',
  })
  .prefault({});
