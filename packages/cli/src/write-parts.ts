import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CardeaError, isCardeaError, quote } from 'cardea';
import type { PolicySet } from 'cardea/document';
import { type DocumentStyle, documentText } from './document-text.ts';
import { reasonOf } from './read-input.ts';

/** How many policies, or links, one document of a directory begins with; where they are too large it has fewer. */
const POLICIES = 5000;
const LINKS = 50_000;

/**
 * Writes policies and links as the documents of a new directory, in the order of their names: the whole directory or
 * nothing.
 *
 * @param path absolute
 * @param name how messages call it
 * @returns the files, below `name`
 * @throws CARDEA_IO where the directory cannot be made, or holds something already
 */
export async function writeParts(
  path: string,
  name: string,
  { policies, links }: PolicySet,
  style: DocumentStyle,
): Promise<readonly string[]> {
  const texts = [
    ...chunks(policies, POLICIES).flatMap((part) => documentsOf({ policies: part, links: [] }, style)),
    ...chunks(links, LINKS).flatMap((part) => documentsOf({ policies: [], links: part }, style)),
  ];
  const named = texts.map((text, at) => [`${String(at + 1).padStart(5, '0')}.${style.format}`, text] as const);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await mkdir(temporary);
    for (const [file, text] of named) await writeFile(join(temporary, file), text, { flush: true });
    // Takes the place of an empty directory only.
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOTEMPTY' || code === 'EEXIST' ? 'it is there and not empty' : reasonOf(error);
    throw new CardeaError('CARDEA_IO', `cannot write ${quote(name)}: ${reason}`, { cause: error });
  }
  return named.map(([file]) => join(name, file));
}

/** At least one, so that nothing stored is a directory with a document, too. */
function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

/** The fewest documents, by halves, that hold what may be too large for one. */
function documentsOf(content: PolicySet, style: DocumentStyle): readonly string[] {
  try {
    return [documentText(content, style)];
  } catch (error) {
    const { policies, links } = content;
    const count = policies.length + links.length;
    if (!isCardeaError(error) || error.code !== 'CARDEA_DOCUMENT_LIMIT' || count < 2) throw error;
    const half = Math.ceil(count / 2);
    const first = { policies: policies.slice(0, half), links: links.slice(0, half) };
    const second = { policies: policies.slice(half), links: links.slice(half) };
    return [...documentsOf(first, style), ...documentsOf(second, style)];
  }
}
