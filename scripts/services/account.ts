import { execFileSync } from 'node:child_process';

/** Who a process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The first of the named accounts that this host has; undefined where the script is not root and can only be itself. */
export function accountOf(names: readonly string[]): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of names) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(`none of the accounts \`${names.join('`, `')}\` exists`);
}

function idOf(option: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined; // no such account
  }
}
