import { errorMessage } from 'cardea';
import { z } from 'zod';
import { ROLES } from '../../auth/caller.ts';
import { CERTIFICATE_FORMS } from '../../auth/certificate-name.ts';
import { proxyCertificates, type ProxyCertificatesOptions } from '../../auth/proxy-certificates.ts';
import { type TokenIssuer, tokenIssuer } from '../../jwt/token-issuer.ts';
import { filePath } from '../file-path.ts';

/** How callers say who they are; nobody is asked where nothing of it is there. */
export interface AuthenticationConfig {
  readonly apiKeys?: string;
  readonly jwt: readonly TokenIssuer[];
  readonly proxies: readonly ProxyCertificatesOptions[];
}

const header = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'must be the name of a header');

const proxy: z.ZodType<ProxyCertificatesOptions> = z.strictObject({
  peers: z
    .array(z.string())
    .min(1)
    .describe('Networks or addresses of the proxies: the headers of nobody else are believed.'),
  header: header.describe('The header that tells of the certificate. The proxy must set it or take it away, always.'),
  form: z
    .enum(CERTIFICATE_FORMS)
    .describe('What stands in it: the subject, the SHA-256, the certificate itself, or that of Envoy (XFCC).'),
  verified: z
    .strictObject({
      header: header.describe('A header that says whether the certificate was checked.'),
      value: z.string().min(1).describe('What it says then, such as `SUCCESS`.'),
    })
    .exactOptional(),
  callers: z
    .array(
      z.strictObject({
        fingerprint: z.string().min(1).exactOptional(),
        subject: z.string().min(1).exactOptional(),
        caller: z.string().min(1),
        roles: z.array(z.enum(ROLES)).min(1),
      }),
    )
    .min(1)
    .describe('Certificates by `subject` or `fingerprint`, each with its `caller` and `roles`.'),
});

/** The section `authentication`. */
export const authenticationConfig: z.ZodType<AuthenticationConfig> = z
  .strictObject({
    apiKeys: filePath
      .exactOptional()
      .describe('The file of API keys, as `cardea token` writes it. It holds digests, not keys.'),
    jwt: z.array(tokenIssuer).default([]).describe('Issuers whose tokens (JWT) are taken. Needs the package `jose`.'),
    proxies: z
      .array(proxy)
      .default([])
      .describe('Proxies that end TLS and tell of the certificates of clients in headers.'),
  })
  .superRefine(({ jwt, proxies }, context) => {
    const names = jwt.map(({ issuer }) => issuer);
    for (const [at, name] of names.entries())
      if (names.indexOf(name) < at)
        context.addIssue({ code: 'custom', path: ['jwt', at, 'issuer'], message: 'another has this name' });
    for (const [at, options] of proxies.entries()) {
      const problem = problemOf(options);
      if (problem !== undefined) context.addIssue({ code: 'custom', path: ['proxies', at], message: problem });
    }
  })
  .prefault({});

function problemOf(options: ProxyCertificatesOptions): string | undefined {
  try {
    proxyCertificates(options);
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}

/** Whether callers are asked who they are. */
export function asksCallers({ apiKeys, jwt, proxies }: AuthenticationConfig): boolean {
  return apiKeys !== undefined || jwt.length > 0 || proxies.length > 0;
}
