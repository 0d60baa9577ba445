/**
 * A request that is not answered, with what its sender may know of the reason.
 *
 * @example
 * ```ts
 * throw new RequestError(401, 'the token has ended', { 'www-authenticate': 'Bearer' });
 * ```
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the body of the answer has beside `error`. */
  readonly members: object;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}, members: object = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.members = members;
  }
}
