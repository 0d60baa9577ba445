import type { ApiKeyRecord } from '@cardea/server';
import { printable, quote } from 'cardea';
import { writeJson, writeText } from '../output.ts';
import type { Terminal } from '../terminal.ts';

/** What a command says of a key that it made. */
export interface MadeKey {
  /** Shown now, and never again: the file has its digest. */
  readonly key: string;
  readonly record: ApiKeyRecord;
  /** What else is to be known, for people. */
  readonly notes: readonly string[];
}

/** Tells a new key on the standard output, alone, so that a script can take it; and what it is on the standard error. */
export async function tellKey(
  terminal: Terminal,
  { key, record, notes }: MadeKey,
  { json }: { readonly json?: boolean },
): Promise<void> {
  if (json === true) {
    const { sha256: _digest, ...rest } = record;
    await writeJson(terminal, { key, ...rest });
    return;
  }
  const { id, caller = id, roles, expires } = record;
  const end = expires === undefined ? 'does not end' : `ends ${expires}`;
  const about = `key ${quote(id)} of caller ${quote(caller)}, ${roles.join(', ')}, ${end}; it is shown this once`;
  terminal.stderr.write([about, ...notes].map((line) => `${printable(line)}\n`).join(''));
  await writeText(terminal, terminal.stdout, `${key}\n`);
}
