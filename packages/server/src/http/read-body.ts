/** The body of a request or an answer; undefined where it is too long: the rest is not waited for. */
export async function readBody(message: Pick<Request, 'body'>, limit: number): Promise<Uint8Array | undefined> {
  if (message.body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of message.body) {
    length += part.length;
    if (length > limit) return undefined;
    parts.push(part);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}
