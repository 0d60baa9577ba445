import { type Issue, quote } from '../../errors.ts';
import type { Parsed } from '../../model/parsed.ts';
import { type PolicyLink, slotValues } from '../../model/link.ts';
import type { Policy } from '../../model/policy.ts';
import { defaultChecker } from '../checkers.ts';
import { parseLink } from '../parse-link.ts';
import { type ParseOptions, parsePolicy } from '../validate.ts';
import { type DocumentLimits, documentLimits } from './document-limits.ts';
import { documentLists, type Listed } from './listed-policies.ts';
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
  /** In the order of the text; their templates may stand elsewhere. */
  readonly links: readonly PolicyLink[];
  /** Where each of the links begins. */
  readonly linkPositions: readonly Position[];
}

/**
 * Parses a YAML 1.2 or JSON document: a list of policies, or a mapping with `policies`, `links` or both. A YAML text may hold
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
 * occur twice in all of them, and a link must fill the slots of its template where that is among them. Either every document is right, or nothing is returned but the issues.
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
  const links: ParsedLink[] = [];
  const found: (readonly Issue[])[] = [];
  for (const file of files) {
    const source = sourceOf(file);
    for (const root of readDocument(source, formatOf(file), limits)) {
      const lists = documentLists(root, source);
      addPolicies(lists.policies, source, policies, positions, shared);
      for (const listed of lists.links) addLink(listed, source, links);
    }
    found.push(source.issues);
  }
  checkLinks(links, policies);
  const issues = found.flat();
  if (issues.length > 0) return { ok: false, issues: firstIssues(issues) };
  const linkPositions = links.map(({ listed, source }) => source.positionOf(listed.node.at));
  return { ok: true, value: { policies, positions, links: links.map(({ link }) => link), linkPositions } };
}

interface ParsedLink {
  readonly link: PolicyLink;
  readonly listed: Listed;
  readonly source: SourceText;
}

function addPolicies(
  listed: readonly Listed[],
  source: SourceText,
  policies: Policy[],
  positions: Map<string, Position>,
  options: ParseOptions,
): void {
  for (const { node, path } of listed) {
    const parsed = parsePolicy(node.value, options);
    checkUid(node, path, source, positions);
    if (parsed.ok) policies.push(parsed.value);
    else reportAt({ node, path }, parsed.issues, source);
  }
}

function addLink(listed: Listed, source: SourceText, links: ParsedLink[]): void {
  const parsed = parseLink(listed.node.value);
  if (parsed.ok) links.push({ link: parsed.value, listed, source });
  else reportAt(listed, parsed.issues, source);
}

function reportAt({ node, path }: Listed, issues: readonly Issue[], source: SourceText): void {
  for (const issue of issues)
    source.report(issue.code, issue.message, [...path, ...issue.path], offsetOf(node, issue.path));
}

/** A template may stand in a document before or after its links, or in one that is not read here. */
function checkLinks(links: readonly ParsedLink[], policies: readonly Policy[]): void {
  const byUid = new Map(policies.map((policy) => [policy.uid, policy]));
  for (const { link, listed, source } of links) {
    const policy = byUid.get(link.template);
    if (policy === undefined) continue;
    const { slots = [] } = policy;
    if (slots.length > 0 && slotValues(link, slots) !== undefined) continue;
    const [member, message] =
      slots.length === 0
        ? ['template', `policy ${quote(link.template)} has no slots, so that it is no template`]
        : [
            'values',
            `template ${quote(link.template)} has the slots ${slots.join(', ')}, not those of ${quote(link.values)}`,
          ];
    reportAt(listed, [{ code: 'CARDEA_INVALID_LINK', message, path: [member] }], source);
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
