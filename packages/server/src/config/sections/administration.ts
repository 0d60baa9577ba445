import { z } from 'zod';

/** Whether policies are changed over HTTP. */
export interface AdministrationConfig {
  readonly enabled: boolean;
}

/** The section `administration`. */
export const administrationConfig: z.ZodType<AdministrationConfig> = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether the policies of the store are read and changed over HTTP. Needs `authentication`.'),
  })
  .prefault({});
