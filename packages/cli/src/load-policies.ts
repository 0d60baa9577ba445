import { type Issue, type ParseOptions, quote } from 'cardea';
import { type DocumentFile, type PolicyDocument, parseDocuments } from 'cardea/document';
import { findPolicyFiles } from './policy-files.ts';
import { inputLabel, readInput, STDIN } from './read-input.ts';
import { issuesFound } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads the policies of files, directories and (for `-`) the standard input as one set.
 *
 * @throws with every issue of every file; there is no such thing as half a set
 */
export async function loadPolicies(
  terminal: Terminal,
  paths: readonly string[],
  options: ParseOptions,
): Promise<PolicyDocument> {
  const { documents, issues } = await readDocuments(terminal, paths);
  const parsed = parseDocuments(documents, options);
  const found = parsed.ok ? issues : [...issues, ...parsed.issues];
  if (parsed.ok && found.length === 0) return parsed.value;
  throw issuesFound(found);
}

/**
 * As {@link loadPolicies}, to decide over: the templates of all links must be among the policies.
 *
 * @throws with every issue of every file
 */
export async function loadLinkedPolicies(
  terminal: Terminal,
  paths: readonly string[],
  options: ParseOptions,
): Promise<PolicyDocument> {
  const document = await loadPolicies(terminal, paths, options);
  const issues = document.links.flatMap(({ template }, at): readonly Issue[] => {
    if (document.positions.has(template)) return [];
    const message = `there is no template ${quote(template)} among the policies`;
    return [{ code: 'CARDEA_INVALID_LINK', message, path: ['template'], ...document.linkPositions[at] }];
  });
  if (issues.length > 0) throw issuesFound(issues);
  return document;
}

/** Documents that were read, and what could not be. */
export interface ReadDocuments {
  readonly documents: readonly NamedDocument[];
  readonly issues: readonly Issue[];
}

/** A document with the name that the user gave it. */
export interface NamedDocument extends DocumentFile {
  /** The path on the command line, `-` for the standard input. */
  readonly path: string;
  readonly file: string;
}

/** Reads the texts that paths name, without looking at what they say. */
export async function readDocuments(terminal: Terminal, paths: readonly string[]): Promise<ReadDocuments> {
  const found = await findPolicyFiles(terminal, paths);
  const documents: NamedDocument[] = [];
  const issues: Issue[] = [...found.issues];
  for (const path of found.files) {
    const input = await readInput(terminal, path);
    if (input.ok) documents.push({ path, file: inputLabel(path), text: input.value, ...formatFor(path, input.value) });
    else issues.push(...input.issues);
  }
  return { documents, issues };
}

/** The format of a text without a name: JSON where it looks like JSON. */
export function formatFor(path: string, text: string): Pick<DocumentFile, 'format'> {
  return path === STDIN && /^\uFEFF?\s*[[{]/.test(text) ? { format: 'json' } : {};
}
