import { z } from 'zod';
import { filePath } from '../file-path.ts';

/** Whether policies are changed over HTTP, and what is remembered of it. */
export interface AdministrationConfig {
  readonly enabled: boolean;
  readonly history?: string;
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
    decisionLog: filePath
      .exactOptional()
      .describe('A file of audit records (NDJSON), of which dry runs take a sample of inquiries.'),
  })
  .prefault({});
