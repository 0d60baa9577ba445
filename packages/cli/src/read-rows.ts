import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { CardeaError, type Issue, type Json, type JsonObject, parseInquiry, quote } from 'cardea';
import { type InputLine, readLines } from './line-reader.ts';
import { inputLabel, reasonOf, STDIN } from './read-input.ts';
import { issuesFound } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** A resource, and the line that it stands on. */
export interface DataRow {
  readonly line: number;
  readonly resource: JsonObject;
}

const LONGEST_LINE = 1024 * 1024;

/**
 * Reads resources, one dictionary in JSON a line.
 *
 * @throws with every line that is none
 */
export async function readRows(terminal: Terminal, path: string): Promise<readonly DataRow[]> {
  const input = path === STDIN ? terminal.stdin : createReadStream(resolve(terminal.cwd, path));
  const rows: DataRow[] = [];
  const issues: Issue[] = [];
  try {
    for await (const lines of readLines(input, { maxBytes: LONGEST_LINE })) {
      terminal.signal.throwIfAborted();
      for (const line of lines) readRow(line, inputLabel(path), rows, issues);
    }
  } catch (error) {
    terminal.signal.throwIfAborted();
    throw new CardeaError('CARDEA_IO', `${quote(path)} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (issues.length > 0) throw issuesFound(issues);
  return rows;
}

function readRow(line: InputLine, file: string, rows: DataRow[], issues: Issue[]): void {
  const { number } = line;
  const wrong = (message: string): void =>
    void issues.push({ code: 'CARDEA_INVALID_DOCUMENT', message, path: [], file, line: number });
  if ('problem' in line) return wrong(line.problem);
  if (line.text.trim() === '') return;
  try {
    const parsed = parseInquiry({ resource: JSON.parse(line.text) as Json });
    const resource = parsed.ok ? parsed.value.resource : undefined;
    if (typeof resource !== 'object' || resource === null || Array.isArray(resource))
      return wrong('a row is a dictionary of attributes');
    rows.push({ line: number, resource: resource as JsonObject });
  } catch (error) {
    wrong(`the line is no JSON: ${reasonOf(error)}`);
  }
}
