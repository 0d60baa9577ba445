import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where servers are, and Go where its own archive puts it: not everybody has these on the path. */
const SYSTEM: readonly string[] = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/go/bin', '/usr/lib/go/bin'];

/** The paths of programs, in the order of their names; undefined where one is missing. */
export function findOnPath(names: readonly string[]): readonly string[] | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...SYSTEM];
  const found = names.map((name) => folders.map((folder) => join(folder, name)).find(isExecutable));
  return found.every((path) => path !== undefined) ? found : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // it is not there, or not for us
  }
}
