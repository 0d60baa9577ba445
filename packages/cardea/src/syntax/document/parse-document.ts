import { type Issue, quote } from '../../errors.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Policy } from '../../model/policy.ts';
import { defaultChecker } from '../checkers.ts';
import { type ParseOptions, parsePolicy } from '../validate.ts';
import { type DocumentLimits, documentLimits } from './document-limits.ts';
import { listedPolicies } from './listed-policies.ts';
import { type Located, offsetOf } from './located.ts';
import { type DocumentFile, formatOf, readDocument, sourceOf } from './read-document.ts';
import type { Position, SourceText } from './source-text.ts';

/** How documents are read: limits, and how policies are checked. */
export interface DocumentOptions extends ParseOptions, DocumentLimits {}

/** The policies of one or more documents. */
export interface PolicyDocument {
  /** In the order of the text. */
  readonly policies: readonly Policy[];
  /** Where each policy begins, by uid. */
  readonly positions: ReadonlyMap<string, Position>;
}

/**
 * Parses a YAML 1.2 or JSON document: a list of policies, or a mapping with `policies`. A YAML text may hold
 * several documents. Never throws for what is in the text; reports everything that is wrong, with file,
 * line, column and path.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the text is no string, or a limit or the format is none
 *
 * @example
 * ```ts
 * const parsed = parseDocument(text, { file: 'policies/library.yaml' });
 * if (!parsed.ok) for (const issue of parsed.issues) console.error(formatIssue(issue));
 * ```
 */
export function parseDocument(
  text: string,
  options: Omit<DocumentFile, 'text'> & DocumentOptions = {},
): Parsed<PolicyDocument> {
  const { file, format, ...others } = options;
  return parseDocuments(
    [{ text, ...(file === undefined ? {} : { file }), ...(format === undefined ? {} : { format }) }],
    others,
  );
}

/**
 * Parses several documents as {@link parseDocument} does, in order, into one set of policies: no uid may
 * occur twice in all of them. Either every document is right, or nothing is returned but the issues.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a text is no string, or a limit or a format is none
 *
 * @example
 * ```ts
 * parseDocuments([{ file: 'a.yaml', text: a }, { file: 'b.json', text: b }]);
 * ```
 */
export function parseDocuments(files: readonly DocumentFile[], options: DocumentOptions = {}): Parsed<PolicyDocument> {
  const limits = documentLimits(options);
  const shared = { checker: defaultChecker(), ...options };
  const positions = new Map<string, Position>();
  const policies: Policy[] = [];
  const found: (readonly Issue[])[] = [];
  for (const file of files) {
    const source = sourceOf(file);
    for (const root of readDocument(source, formatOf(file), limits))
      addPolicies(root, source, policies, positions, shared);
    found.push(source.issues);
  }
  const issues = found.flat();
  return issues.length > 0 ? { ok: false, issues: firstIssues(issues) } : { ok: true, value: { policies, positions } };
}

function addPolicies(
  root: Located,
  source: SourceText,
  policies: Policy[],
  positions: Map<string, Position>,
  options: ParseOptions,
): void {
  for (const { node, path } of listedPolicies(root, source)) {
    const parsed = parsePolicy(node.value, options);
    checkUid(node, path, source, positions);
    if (parsed.ok) policies.push(parsed.value);
    else
      for (const issue of parsed.issues)
        source.report(issue.code, issue.message, [...path, ...issue.path], offsetOf(node, issue.path));
  }
}

function checkUid(
  policy: Located,
  path: readonly (string | number)[],
  source: SourceText,
  positions: Map<string, Position>,
): void {
  const uid = policy.members?.get('uid');
  if (uid === undefined || typeof uid.node.value !== 'string') return;
  const first = positions.get(uid.node.value);
  if (first === undefined) {
    positions.set(uid.node.value, source.positionOf(policy.at));
    return;
  }
  const place = `${first.file ?? 'line'}${first.file === undefined ? ' ' : ':'}${first.line}`;
  source.report(
    'CARDEA_DUPLICATE_UID',
    `uid ${quote(uid.node.value)} is also that of the policy at ${quote(place)}`,
    [...path, 'uid'],
    uid.at,
  );
}

const MOST_ISSUES = 1000;

/** A hostile text can hold a million mistakes; nobody reads more than these. */
function firstIssues(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= MOST_ISSUES) return issues;
  const more = {
    code: 'CARDEA_DOCUMENT_LIMIT',
    path: [],
    message: `${issues.length - MOST_ISSUES} further issues are not listed`,
  } as const;
  return [...issues.slice(0, MOST_ISSUES), more];
}
