import { mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What this checkout knows about its servers; whatever is here may be removed once they are stopped. */
export const CONTROL: string = join(import.meta.dirname, '../../.build/services');
mkdirSync(CONTROL, { recursive: true });

/** A socket's path has at most 107 bytes, on some systems 103. */
const LONGEST_PATH = 60;

/**
 * Makes a new folder for the data of one server: in this checkout where another account can get there and paths are
 * short, else where the system has its temporary files.
 */
export function makeFolder(name: string): string {
  const places = [join(CONTROL, 'data'), tmpdir(), '/var/tmp'];
  const place = places.find((path) => path.length <= LONGEST_PATH && isReachable(path));
  if (place === undefined) throw new Error(`no folder that other accounts can reach: \`${places.join('`, `')}\``);
  mkdirSync(place, { recursive: true });
  return mkdtempSync(join(place, place === places[0] ? `${name}-` : `cardea-services-${name}-`));
}

/** Whether an account that owns nothing can get to a path, as far as it exists; who is not root becomes nobody else. */
export function isReachable(path: string): boolean {
  if (process.getuid?.() !== 0) return true;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const mode = statSync(folder, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
