import type { ApiKeyRecord } from '@cardea/server';
import { quote } from 'cardea';
import { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import type { Finish } from '../program.ts';
import { usageError } from '../report-error.ts';
import { loadServer } from '../serve/load-server.ts';
import type { Terminal } from '../terminal.ts';
import { KEY_FILE_OPTION, KeyFile, type KeyFileFlags, requireRecord } from '../token/key-file.ts';
import { endText, type KeyEnd, parseEnd, parseSpan } from '../token/key-times.ts';
import { type MadeKey, tellKey } from '../token/tell-key.ts';

interface RotateFlags extends KeyFileFlags {
  readonly as?: string;
  readonly overlap: number;
  readonly expires?: KeyEnd;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;

/** `cardea token rotate`: another key for the same caller. */
export function tokenRotateCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('rotate')
    .description('make another key for the caller of one, which ends when it is replaced everywhere')
    .argument('<id>', 'of the key to be replaced')
    .option('--as <id>', 'of the new key; the next number when absent: gateway-2')
    .option('--overlap <span>', 'how long the old key still counts: 12h, or 0', parseSpan, DAY_MS)
    .option('--expires <when>', 'when the new key ends: a date-time, or a span such as 90d', parseEnd)
    .option('--api-keys <file>', KEY_FILE_OPTION)
    .option('--json', 'tell the key in JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (id: string, _options: unknown, self: Command) => {
      const flags = self.optsWithGlobals<RotateFlags>();
      await tellKey(terminal, await rotate(terminal, id, flags), flags);
      finish(EXIT.ok);
    });
}

const HELP = `
Both keys count for a day, unless --overlap says otherwise: give the new one to the caller
meanwhile. A running server reads the file again by itself.
Exit code: 0 done, 2 error.

Examples:
  cardea token rotate gateway --expires 90d
  cardea token rotate gateway --overlap 0`;

async function rotate(terminal: Terminal, id: string, flags: RotateFlags): Promise<MadeKey> {
  const server = await loadServer();
  const now = terminal.clock.now();
  let made: MadeKey | undefined;
  await new KeyFile(terminal, flags, server).change(async (records) => {
    const old = requireRecord(records, id);
    const { as = nextId(id, records), expires } = flags;
    if (records.some((each) => each.id === as)) throw usageError(`there is a key ${quote(as)} already`);
    const { key, record } = await server.createApiKey({
      id: as,
      caller: old.caller ?? old.id,
      roles: old.roles,
      ...(expires !== undefined && { expires: endText(expires, now) }),
    });
    const ended = endingBy(old, now + flags.overlap);
    const end = flags.overlap === 0 ? 'is gone' : `ends ${ended.expires ?? ''}`;
    made = { key, record, notes: [`key ${quote(id)} ${end}`] };
    return [...records.flatMap((each) => (each !== old ? [each] : flags.overlap === 0 ? [] : [ended])), record];
  });
  return made as MadeKey;
}

/** A key that ends earlier than this keeps its end. */
function endingBy(record: ApiKeyRecord, end: number): ApiKeyRecord {
  const { expires } = record;
  const isEarlier = expires !== undefined && Date.parse(expires) <= end;
  return isEarlier ? record : { ...record, expires: new Date(end).toISOString() };
}

function nextId(id: string, records: readonly ApiKeyRecord[]): string {
  const [, base = id, digits = '1'] = /^(.*?)(?:-(\d{1,9}))?$/.exec(id) ?? [];
  const taken = new Set(records.map((record) => record.id));
  let number = Number(digits) + 1;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}
