import { stripVTControlCharacters } from 'node:util';
import type { OutputStream } from './terminal.ts';

/**
 * A line as wide as the terminal that shows it: a tree whose lines wrap is no tree. Where the output goes to a
 * file or a pipe, nothing is cut.
 *
 * @param line may contain colours, which count for nothing
 */
export function fitLine(line: string, stream: OutputStream): string {
  const { isTTY, columns } = stream;
  if (isTTY !== true || columns === undefined || columns < 20) return line;
  if (stripVTControlCharacters(line).length <= columns) return line;
  return cut(line, columns - 1);
}

/**
 * A text as lines that fit a terminal, each with an indent; one line where nothing is known of a width.
 *
 * @param text without colours
 */
export function wrapText(text: string, indent: string, stream: OutputStream): readonly string[] {
  const { isTTY, columns } = stream;
  if (isTTY !== true || columns === undefined || columns < 20) return [indent + text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(indent + word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const COLOUR = /^\u001B\[[0-9;]*m/;

function cut(line: string, width: number): string {
  let kept = '';
  let room = width;
  for (let rest = line; rest !== ''; ) {
    const colour = COLOUR.exec(rest)?.[0];
    const next = colour ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (colour !== undefined) kept += colour;
    else if (room > 0) kept += next;
    if (colour === undefined && room-- === 0) kept += '…';
    rest = rest.slice(next.length);
  }
  return kept;
}
