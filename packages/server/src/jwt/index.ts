/**
 * Callers with tokens of issuers (JWT), and metadata that is signed. Needs the peer dependency `jose`.
 *
 * @packageDocumentation
 */
export { jsonWebTokens, type JsonWebTokensOptions, type TokenIssuerInput } from './json-web-tokens.ts';
export type { TokenAlgorithm, TokenIssuer } from './token-issuer.ts';
