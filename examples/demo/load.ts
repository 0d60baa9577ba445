import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatIssue, type Inquiry, type Issue, type Parsed, type Policy } from 'cardea';
import { parseDocuments, parseInquiryDocument } from 'cardea/document';

/** The policies of a directory, and which file holds which. */
export interface Loaded {
  readonly policies: readonly Policy[];
  readonly files: readonly { readonly name: string; readonly uids: readonly string[] }[];
}

/** Reads every document of a directory as one set: all of it, or an error with every issue. */
export async function loadPolicies(folder: string): Promise<Loaded> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(
    names.map(async (name) => ({ file: join(folder, name), text: await readFile(join(folder, name), 'utf8') })),
  );
  const { policies, positions } = valueOf(parseDocuments(texts));
  const uidsOf = (name: string): readonly string[] =>
    policies.map(({ uid }) => uid).filter((uid) => basename(positions.get(uid)?.file ?? '') === name);
  return { policies, files: names.map((name) => ({ name, uids: uidsOf(name) })) };
}

/** Reads a file with one inquiry a line. */
export async function loadInquiries(file: string): Promise<readonly Inquiry[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => valueOf(parseInquiryDocument(line, { file, format: 'json' })));
}

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.issues.map((issue: Issue) => formatIssue(issue)).join('\n'));
}
