import { z } from 'zod';
import type { EnvoyOptions } from '../../gateways/envoy.ts';
import type { OpaOptions } from '../../gateways/opa.ts';

/** Enforcement points that ask in their own words; each is there where it is named. */
export interface GatewaysConfig {
  readonly envoy?: EnvoyOptions;
  readonly kubernetes: boolean;
  readonly opa?: Pick<OpaOptions, 'path'>;
}

const header = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'must be the name of a header');

/** The section `gateways`. */
export const gatewaysConfig: z.ZodType<GatewaysConfig> = z
  .strictObject({
    envoy: z
      .strictObject({
        subjectHeader: header.describe(
          'The header in which Envoy itself says whose request it is; it must remove it from what comes from outside.',
        ),
        subjectType: z.string().min(1).exactOptional().describe('The type of subjects; `user` when absent.'),
        headers: z.array(header).exactOptional().describe('Headers of the request that policies may read.'),
        challenge: z.string().min(1).exactOptional().describe('`WWW-Authenticate` of a denial without a subject.'),
      })
      .exactOptional(),
    kubernetes: z.boolean().default(false).describe('Whether the authorization webhook of Kubernetes is answered.'),
    opa: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .exactOptional()
          .describe('The package whose rule `allow` is the decision; `cardea` when absent.'),
      })
      .exactOptional(),
  })
  .prefault({});
