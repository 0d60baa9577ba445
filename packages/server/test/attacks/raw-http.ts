import { connect, type Socket } from 'node:net';

/** What goes over the wire at once; a pause in milliseconds comes before the next. */
export type Piece = string | Uint8Array | { readonly pauseMs: number };

/** One answer of a connection. */
export interface RawAnswer {
  readonly status: number;
  /** By names in lower case; what came twice has both values with a comma between. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What a connection brought. */
export interface RawExchange {
  readonly answers: readonly RawAnswer[];
  /** Every byte that came, as Latin-1. */
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly isClosed: boolean;
}

const LONGEST_MS = 10_000;
/** How long after the last expected answer another one could come that nobody asked for. */
const SETTLE_MS = 25;

/**
 * Sends bytes as they are, which `fetch` would not, and gives all answers that come.
 *
 * @param expected after how many answers, or when the server has ended the connection, it is over
 * @param bodiless whether answers have no body, as those to HEAD
 */
export async function exchange(
  port: number,
  pieces: readonly Piece[],
  { expected, bodiless = false }: { readonly expected: number; readonly bodiless?: boolean },
): Promise<RawExchange> {
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => (text += part));
  // A server that cuts a connection may do so while something is on the way to it.
  socket.on('error', () => (isClosed = true));
  socket.on('end', () => (isClosed = true));
  socket.on('close', () => (isClosed = true));
  try {
    await write(socket, pieces);
    const end = performance.now() + LONGEST_MS;
    const isOver = (): boolean =>
      isClosed || performance.now() > end || (expected > 0 && answersOf(text, bodiless).length >= expected);
    // oxlint-disable-next-line no-await-in-loop
    while (!isOver()) await sleep(2);
    if (!isClosed) await sleep(SETTLE_MS);
    return { answers: answersOf(text, bodiless), text, isClosed };
  } finally {
    socket.destroy();
  }
}

async function write(socket: Socket, pieces: readonly Piece[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed || socket.writableEnded) return;
    // oxlint-disable-next-line no-await-in-loop
    if (typeof piece === 'object' && 'pauseMs' in piece) await sleep(piece.pauseMs);
    else socket.write(piece);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The whole answers at the beginning of what came. */
function answersOf(text: string, bodiless: boolean): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; ; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return answers;
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = headersOf(lines);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
    const isInterim = status >= 100 && status < 200;
    const length = bodiless || isInterim ? 0 : lengthOf(headers, rest.slice(end + 4));
    const from = end + 4;
    if (length === undefined || rest.length < from + length) return answers;
    const body = Buffer.from(rest.slice(from, from + length), 'latin1').toString('utf8');
    if (!isInterim) answers.push({ status, headers, body });
    rest = rest.slice(from + length);
  }
}

/** Only empty chunked bodies are there: those of answers that Node makes itself. */
function lengthOf(headers: RawAnswer['headers'], rest: string): number | undefined {
  if (headers.get('transfer-encoding') !== 'chunked') return Number(headers.get('content-length') ?? 0);
  return rest.startsWith(EMPTY) ? EMPTY.length : undefined;
}

const EMPTY = '0\r\n\r\n';

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return headers;
}
