import { type Issue, issuesError } from 'cardea';

const LEAST_BYTES = 32;

/**
 * The secrets of a text, one a line in Base64; empty lines are passed over.
 *
 * @param name of the file, for the message
 * @throws CARDEA_INVALID_DOCUMENT when a line is none or too short, or there is none; the message repeats nothing of it
 *
 * @example
 * ```ts
 * const pageSecrets = parsePageSecrets(await readFile('pages.secret', 'utf8'), 'pages.secret');
 * ```
 */
export function parsePageSecrets(text: string, name: string): readonly [Uint8Array, ...Uint8Array[]] {
  const issues: Issue[] = [];
  const wrong = (line: number, message: string): void =>
    void issues.push({ code: 'CARDEA_INVALID_DOCUMENT', message, path: [], file: name, line, column: 1 });
  const secrets = text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '') return [];
    const bytes = decoded(line.trim());
    if (bytes !== undefined && bytes.length >= LEAST_BYTES) return [bytes];
    wrong(at + 1, `is no secret of at least ${LEAST_BYTES} bytes in Base64`);
    return [];
  });
  const [first, ...rest] = secrets;
  if (first === undefined && issues.length === 0) wrong(1, 'there is no secret');
  if (first === undefined || issues.length > 0) throw issuesError('secrets', issues);
  return [first, ...rest];
}

function decoded(line: string): Uint8Array | undefined {
  if (!/^[\w+/-]+={0,2}$/.test(line)) return undefined;
  return Uint8Array.from(Buffer.from(line, 'base64'));
}
