import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** Is told the body of a request, or undefined where it is too long: the rest of it is not read then. */
export type TakeBody = (body: Uint8Array | undefined) => void;

/**
 * Reads the body of a request, of which most came together with their heads: those are all there, and need not be listened
 * for.
 *
 * @param limit how many bytes it may have
 * @param take called once; never where the connection breaks before the end
 */
export function readRequestBody(request: IncomingMessage, limit: number, take: TakeBody): void {
  if (Number(request.headers['content-length']) > limit) return take(undefined);
  if (!request.complete) return readPieces(request, limit, take);
  const body = (request.read() as Buffer | null) ?? NOTHING;
  take(body.length > limit ? undefined : body);
}

const NOTHING = Buffer.alloc(0);

function readPieces(request: IncomingMessage, limit: number, take: TakeBody): void {
  const pieces: Buffer[] = [];
  let length = 0;
  request.on('data', (piece: Buffer) => {
    length += piece.length;
    // Beyond it nothing is kept, and it is told once.
    if (length > limit && length - piece.length <= limit) take(undefined);
    if (length <= limit) pieces.push(piece);
  });
  request.on('end', () => {
    if (length <= limit) take(Buffer.concat(pieces));
  });
}
