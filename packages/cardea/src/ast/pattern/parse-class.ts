import { type Cursor, accept, fail, looksAt } from './cursor.ts';
import type { SetItem } from './node.ts';
import { parseCharEscape, parseClassEscape } from './parse-escape.ts';

/** Reads a class between square brackets. */
export function parseClass(cursor: Cursor): { readonly items: readonly SetItem[]; readonly negated: boolean } {
  const from = cursor.at++;
  const negated = accept(cursor, '^');
  const items: SetItem[] = [];
  while (!accept(cursor, ']')) {
    if (cursor.at >= cursor.chars.length) return fail(cursor, 'a class is not closed', from);
    if (looksAt(cursor, '[:')) return fail(cursor, 'classes such as `[:alpha:]` are not supported');
    items.push(parseItem(cursor));
  }
  return items.length > 0
    ? { items, negated }
    : fail(cursor, 'a class is empty; `]` in a class is written `\\]`', from);
}

function parseItem(cursor: Cursor): SetItem {
  const at = cursor.at;
  const from = parseBound(cursor);
  if (cursor.chars[cursor.at] !== '-' || (cursor.chars[cursor.at + 1] ?? ']') === ']')
    return typeof from === 'number' ? { kind: 'range', from, to: from } : from;
  cursor.at++;
  const to = parseBound(cursor);
  if (typeof from !== 'number' || typeof to !== 'number') return fail(cursor, 'a class is no bound of a range', at);
  return from <= to ? { kind: 'range', from, to } : fail(cursor, 'the bounds of a range are in the wrong order', at);
}

function parseBound(cursor: Cursor): number | SetItem {
  const char = cursor.chars[cursor.at] as string;
  if (char === '\\') return parseClassEscape(cursor) ?? parseCharEscape(cursor);
  cursor.at++;
  return char.codePointAt(0) as number;
}
