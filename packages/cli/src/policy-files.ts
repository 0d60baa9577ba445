import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compareCodePoints } from 'cardea/ast';
import type { Issue } from 'cardea';
import { reasonOf, STDIN } from './read-input.ts';
import type { Terminal } from './terminal.ts';

/** The files that some paths name, and the paths that name none. */
export interface PolicyFiles {
  /** As they are called on the command line, or below a directory that is. */
  readonly files: readonly string[];
  readonly issues: readonly Issue[];
}

/**
 * Finds the documents that paths name: a file is itself, whatever its name; a directory is every `.yaml`,
 * `.yml` and `.json` file in it and below, in the order of their names. Hidden files are passed over, a
 * file that several paths or links lead to is taken once, and links that lead in a circle end.
 */
export async function findPolicyFiles(terminal: Terminal, paths: readonly string[]): Promise<PolicyFiles> {
  const search: Search = { terminal, seen: new Set(), met: 0, files: [], issues: [] };
  for (const path of paths) {
    if (path === STDIN) search.files.push(path);
    else await attempt(search, path, () => visitNamed(search, path));
  }
  return { files: [...new Set(search.files)], issues: search.issues };
}

interface Search {
  readonly terminal: Terminal;
  /** Real paths of the files and directories that were visited. */
  readonly seen: Set<string>;
  /** Documents and directories that were met, those that were known included. */
  met: number;
  readonly files: string[];
  readonly issues: Issue[];
}

const DOCUMENT = /\.(?:ya?ml|json)$/i;

async function visitNamed(search: Search, path: string): Promise<void> {
  const found = await stat(resolve(search.terminal.cwd, path));
  if (!found.isDirectory()) return visitFile(search, path);
  const before = search.met + search.issues.length;
  await visitDirectory(search, path);
  // An empty directory must not pass for a set without denials.
  if (search.met + search.issues.length === before)
    search.issues.push(issueOf(path, 'holds no `.yaml`, `.yml` or `.json` file', 'CARDEA_INVALID_DOCUMENT'));
}

async function visitDirectory(search: Search, path: string): Promise<void> {
  if (await isKnown(search, path)) {
    search.met++;
    return;
  }
  const names = await readdir(resolve(search.terminal.cwd, path));
  for (const name of names.filter((name) => !name.startsWith('.')).sort(compareCodePoints)) {
    const inner = join(path, name);
    await attempt(search, inner, () => visitEntry(search, inner));
  }
}

async function visitEntry(search: Search, path: string): Promise<void> {
  const found = await stat(resolve(search.terminal.cwd, path));
  if (found.isDirectory()) await visitDirectory(search, path);
  else if (found.isFile() && DOCUMENT.test(path)) await visitFile(search, path);
}

async function visitFile(search: Search, path: string): Promise<void> {
  search.met++;
  if (!(await isKnown(search, path))) search.files.push(path);
}

async function isKnown({ terminal, seen }: Search, path: string): Promise<boolean> {
  const real = await realpath(resolve(terminal.cwd, path)).catch((error: unknown) => {
    // A pipe of the shell (`/dev/fd/63`) has no real path.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return resolve(terminal.cwd, path);
    throw error;
  });
  const known = seen.has(real);
  seen.add(real);
  return known;
}

async function attempt(search: Search, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    search.issues.push(issueOf(path, `cannot be read: ${reasonOf(error)}`, 'CARDEA_IO'));
  }
}

function issueOf(file: string, message: string, code: Issue['code']): Issue {
  return { code, message, path: [], file };
}
