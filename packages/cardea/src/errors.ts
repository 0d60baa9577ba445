/**
 * The codes of every error and issue that Cardea reports, with the meaning of each.
 * The reference page of errors is generated from this table.
 */
export const ERRORS = {
  CARDEA_INVALID_POLICY: 'a policy does not have the shape of a policy',
  CARDEA_INVALID_STATEMENT: 'a statement, or a directory of statements, does not have the shape of one',
  CARDEA_INVALID_RULE: 'a rule is unknown, or its argument has the wrong shape',
  CARDEA_INVALID_INQUIRY: 'an inquiry does not have the shape of an inquiry',
  CARDEA_INVALID_PATTERN: 'a pattern is not a valid expression, or its tags are not balanced',
  CARDEA_UNSUPPORTED_PATTERN: 'a pattern needs backtracking, which is never run',
  CARDEA_INVALID_NETWORK: 'a text is not an IPv4 or IPv6 network in CIDR notation',
  CARDEA_INVALID_TIME: 'a text is not a date-time, a time of day or a time zone',
  CARDEA_INVALID_CONDITION: 'a condition tree is not well-formed',
  CARDEA_UNKNOWN_FUNCTION: 'a policy calls a function that is not registered',
  CARDEA_INVALID_DOCUMENT: 'a document cannot be parsed, or holds something other than policies',
  CARDEA_DOCUMENT_LIMIT: 'a document is larger or deeper than the limits allow',
  CARDEA_DUPLICATE_KEY: 'an object names the same key twice',
  CARDEA_DUPLICATE_UID: 'two policies have the same uid',
  CARDEA_POLICY_EXISTS: 'a policy with this uid is already stored',
  CARDEA_INVALID_LINK: 'a link is malformed, or does not fill the slots of a template',
  CARDEA_CONFLICT:
    'what a change was based on has moved on or has links that the change would break, or a storage has keys of another reading of its policies',
  CARDEA_INVALID_ARGUMENT: 'a function was called with an argument it does not take',
  CARDEA_INVALID_SNAPSHOT: 'a binary snapshot is damaged, foreign or of a version that is not read',
  CARDEA_MIGRATION: 'a migration failed, was interrupted, or has to be run first',
  CARDEA_UNSUPPORTED: 'a stored form cannot be expressed',
  CARDEA_IO: 'a file or a stream cannot be read or written',
} as const;

/** The code of an error: a key of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with an input, and where. Parsers report all of them at once. */
export interface Issue {
  readonly code: ErrorCode;
  /** Lower case, no final period, user input in backticks. */
  readonly message: string;
  /** Where in the value: member names and array indexes from the root. */
  readonly path: readonly (string | number)[];
  /** The file that the value came from. */
  readonly file?: string;
  /** One-based position in the text, where there is a text. */
  readonly line?: number;
  readonly column?: number;
}

const BRAND: symbol = Symbol.for('cardea.error');

/**
 * The error that every function of Cardea throws.
 * Recognise it with {@link isCardeaError}, which also holds across two copies of the library.
 *
 * @example
 * ```ts
 * try {
 *   parsePolicies(input);
 * } catch (error) {
 *   if (isCardeaError(error)) for (const issue of error.issues) console.error(formatIssue(issue));
 * }
 * ```
 */
export class CardeaError extends Error {
  readonly code: ErrorCode;
  /** Everything that was wrong; empty where the message says it all. */
  readonly issues: readonly Issue[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly issues?: readonly Issue[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CardeaError';
    this.code = code;
    this.issues = options.issues ?? [];
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether a caught value is a {@link CardeaError}, of whichever copy of the library.
 *
 * @example
 * ```ts
 * try {
 *   await storage.add(policy);
 * } catch (error) {
 *   if (!isCardeaError(error)) throw error;
 *   for (const issue of error.issues) console.error(formatIssue(issue));
 * }
 * ```
 */
export function isCardeaError(error: unknown): error is CardeaError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/**
 * Makes one error of all issues of an input.
 *
 * @example
 * ```ts
 * if (issues.length > 0) throw issuesError('policy', issues);
 * ```
 */
export function issuesError(what: string, issues: readonly Issue[]): CardeaError {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const message = first === undefined ? `invalid ${what}` : `invalid ${what}: ${formatIssue(first)}${more}`;
  return new CardeaError(first?.code ?? 'CARDEA_INVALID_ARGUMENT', message, { issues });
}

/**
 * An issue as one line: `file:line:column: path: message [CODE]`, each part where it is known.
 *
 * @example
 * ```ts
 * formatIssue({ code: 'CARDEA_INVALID_RULE', message: 'unknown rule `$eqq`', path: ['subjects', 0] });
 * // 'subjects[0]: unknown rule `$eqq` [CARDEA_INVALID_RULE]'
 * ```
 */
export function formatIssue(issue: Issue): string {
  const position = issue.line === undefined ? '' : `:${issue.line}:${issue.column ?? 1}`;
  const file = issue.file === undefined ? position.slice(1) : `${printable(issue.file)}${position}`;
  const path = formatPath(issue.path);
  return [file, path, `${issue.message} [${issue.code}]`].filter((part) => part !== '').join(': ');
}

/**
 * A path as text: `subjects[0].name`, with members that are not names, or too long, quoted.
 *
 * @example
 * ```ts
 * formatPath(['subjects', 0, 'name']); // 'subjects[0].name'
 * ```
 */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, at) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[$\p{L}_][$\p{L}\p{N}_-]{0,79}$/u.test(part)) return `[${quote(part)}]`;
      return at === 0 ? part : `.${part}`;
    })
    .join('');
}

/**
 * User input for a message: in backticks, control characters escaped (so that it cannot forge
 * lines of a log or move a terminal's cursor), cut after 80 characters.
 *
 * @example
 * ```ts
 * quote('max'); // '`max`'
 * quote({ id: 1 }); // '`{"id":1}`'
 * ```
 */
export function quote(input: unknown): string {
  const text = textOf(input);
  // No half of a pair of surrogates at the end.
  const cut = text.length > 80 ? `${text.slice(0, 79).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return `\`${printable(cut).replaceAll('`', "'")}\``;
}

/**
 * A text without control characters, bidirectional overrides and lone surrogates: each as `\u{…}`.
 *
 * @example
 * ```ts
 * printable('a\u001b[2J'); // 'a\\u{1b}[2J'
 * ```
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/**
 * The message of whatever was thrown. Never throws itself: a function of a user may throw anything.
 *
 * @example
 * ```ts
 * errorMessage('boom'); // 'boom'
 * ```
 */
export function errorMessage(error: unknown): string {
  try {
    // The class promises a message that is a text; whoever throws does not.
    return String(error instanceof Error ? (error.message as unknown) : error);
  } catch {
    // An object without a usable `toString` or with a `message` that throws.
    return 'something that has no message was thrown';
  }
}

function textOf(input: unknown): string {
  if (typeof input === 'string') return input;
  if (typeof input === 'bigint') return String(input);
  try {
    // Undefined for functions, symbols and undefined itself.
    const text = JSON.stringify(input) as string | undefined;
    return text ?? String(input);
  } catch {
    // A cyclic value, or one that does not want to be written.
    return 'no JSON text';
  }
}
