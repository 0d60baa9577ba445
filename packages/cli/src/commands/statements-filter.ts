import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { CardeaError, type Issue, quote } from 'cardea';
import type { StatementGuard } from 'cardea/statements';
import { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { type InputLine, readLines } from '../line-reader.ts';
import { writeLines } from '../output.ts';
import type { Finish } from '../program.ts';
import { inputLabel, reasonOf, STDIN } from '../read-input.ts';
import { parseObject } from '../read-object.ts';
import { issuesFound, usageError } from '../report-error.ts';
import { openDirectory, type RequestFlags, requestOptions, requireRequest } from '../statement-files.ts';
import type { Terminal } from '../terminal.ts';

interface FilterFlags extends RequestFlags {
  readonly objects?: string;
}

/** `cardea statements filter`: the objects that a user may do something with. */
export function statementsFilterCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('filter')
    .description('print the objects, one in JSON a line, that this user may do this with')
    .argument('<directory>', 'users, groups and roles with their statements, in JSON; - for stdin');
  for (const option of requestOptions()) command.addOption(option);
  return command
    .option('--objects <file>', 'a file with one object in JSON a line, - for stdin')
    .addHelpText('after', HELP)
    .action(async (directory: string, _options: unknown, self: Command) => {
      finish(await filter(terminal, directory, self.optsWithGlobals<FilterFlags>()));
    });
}

const HELP = `
A line that is no JSON ends the command: what it leaves out would look like a denial.
Exit code: 0 every line was decided, 2 error.

Examples:
  cardea statements filter directory.json -u alice -a footprint:getlist --objects rows.ndjson
  cardea statements filter directory.json -u alice -a footprint:getlist --objects - < rows.ndjson | wc -l`;

const LONGEST_LINE = 1024 * 1024;

async function filter(terminal: Terminal, directory: string, flags: FilterFlags): Promise<number> {
  const { user, action } = requireRequest(flags);
  const { objects } = flags;
  if (objects === undefined) throw usageError('name the objects: --objects');
  if (directory === STDIN && objects === STDIN) throw usageError('stdin can be read once: as directory or as objects');
  const guard = await openDirectory(terminal, directory, user);
  for await (const lines of readLines(bytesOf(terminal, objects), { maxBytes: LONGEST_LINE })) {
    terminal.signal.throwIfAborted();
    await writeLines(
      terminal,
      lines.flatMap((line) => kept(line, inputLabel(objects), guard, { user, action })),
    );
  }
  await guard.close();
  return EXIT.ok;
}

async function* bytesOf(terminal: Terminal, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === STDIN ? terminal.stdin : createReadStream(resolve(terminal.cwd, path));
  } catch (error) {
    terminal.signal.throwIfAborted();
    throw new CardeaError('CARDEA_IO', `${quote(path)} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function kept(
  line: InputLine,
  file: string,
  guard: StatementGuard,
  { user, action }: { readonly user: string; readonly action: string },
): readonly string[] {
  const place: Pick<Issue, 'file' | 'line'> = { file, line: line.number };
  if ('problem' in line)
    throw issuesFound([{ code: 'CARDEA_INVALID_DOCUMENT', message: line.problem, path: [], ...place }]);
  if (line.text.trim() === '') return [];
  return guard.allows(user, action, parseObject(line.text, place)) ? [line.text.trimEnd()] : [];
}
