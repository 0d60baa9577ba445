/**
 * How a proxy tells of a certificate:
 * - `subject`: its subject, as text (nginx `$ssl_client_s_dn`, HAProxy `ssl_c_s_dn`)
 * - `fingerprint`: its SHA-256 in hexadecimal digits
 * - `certificate`: the certificate itself, as RFC 9440 has it, or as PEM, also in percent (nginx `$ssl_client_escaped_cert`,
 *   Traefik), or as Base64
 * - `xfcc`: Envoy's `x-forwarded-client-cert`, of which `Hash` counts
 */
export type CertificateForm = (typeof CERTIFICATE_FORMS)[number];

/** The names of {@link CertificateForm}. */
export const CERTIFICATE_FORMS = ['subject', 'fingerprint', 'certificate', 'xfcc'] as const;

/**
 * What a certificate is known by: its subject, or its SHA-256 in small hexadecimal digits.
 *
 * @returns undefined where the header does not tell of just one
 */
export async function certificateName(header: string, form: CertificateForm): Promise<string | undefined> {
  if (form === 'subject') return header;
  if (form === 'fingerprint') return fingerprintOf(header);
  if (form === 'xfcc') return fingerprintOf(hashOf(header));
  const der = derOf(header);
  if (der === undefined) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', der);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fingerprintOf(text: string | undefined): string | undefined {
  const digits = text?.trim().replaceAll(':', '').toLowerCase();
  return digits !== undefined && /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

/** Of several elements, some may be what a client wrote: none counts. */
function hashOf(header: string): string | undefined {
  const outside = header.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  if (outside.includes(',') || outside.includes('"') !== outside.includes('""')) return undefined;
  const hashes = outside.split(';').flatMap((part) => /^\s*hash=(.*)$/i.exec(part)?.[1] ?? []);
  return hashes.length === 1 ? hashes[0] : undefined;
}

const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z\d+/=\s]+)-----END CERTIFICATE-----\s*$/;

function derOf(header: string): Uint8Array<ArrayBuffer> | undefined {
  const text = header.includes('%') ? unlessInvalid(() => decodeURIComponent(header)) : header;
  if (text === undefined) return undefined;
  const base64 = /^:(.*):$/.exec(text.trim())?.[1] ?? PEM.exec(text.trim())?.[1] ?? text;
  const packed = base64.replaceAll(/\s/g, '');
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(packed)) return undefined;
  const binary = unlessInvalid(() => atob(packed));
  return binary === undefined ? undefined : Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function unlessInvalid(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
