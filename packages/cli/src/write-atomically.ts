import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CardeaError, quote } from 'cardea';
import { reasonOf } from './read-input.ts';

/**
 * Replaces a file: a reader, and a crash at any moment, finds the old text or the new one, never a part. The
 * file keeps its mode, and what a link points to is replaced, not the link.
 *
 * @param path absolute
 * @throws CARDEA_IO; the file is then unchanged
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    await replace(target, text);
  } catch (error) {
    throw new CardeaError('CARDEA_IO', `cannot write ${quote(path)}: ${reasonOf(error)}`, { cause: error });
  }
}

async function replace(target: string, text: string): Promise<void> {
  const mode = await modeOf(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    // One that somebody else made is theirs.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(temporary, { force: true });
    throw error;
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw new Error('it is no regular file');
  return found === undefined ? undefined : found.mode & 0o7777;
}
