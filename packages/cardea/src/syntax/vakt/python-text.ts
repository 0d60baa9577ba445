import { floatText } from '../float-text.ts';
import { isDict, isList, isTuple, type Python } from './python-value.ts';

/**
 * Python's `str(value)`: a string is itself, everything else its `repr`.
 *
 * @throws Error for an instance, whose class is not known
 */
export function pythonText(value: Python): string {
  return typeof value === 'string' ? value : representation(value);
}

function representation(value: Python): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return `[${value.map(representation).join(', ')}]`;
  if (isDict(value))
    return `{${[...value].map(([key, member]) => `${quoted(key)}: ${representation(member)}`).join(', ')}}`;
  if (isTuple(value))
    return value.items.length === 1
      ? `(${representation(value.items[0] as Python)},)`
      : `(${value.items.map(representation).join(', ')})`;
  if (value.py === 'set') return value.items.length === 0 ? 'set()' : `{${value.items.map(representation).join(', ')}}`;
  if (value.py === 'bytes') return bytesText(value.base64);
  throw new Error(`the text of an instance of ${value.class} is not known`);
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `${mark}${Array.from(text, (char) => escaped(char, mark)).join('')}${mark}`;
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escaped(char: string, mark: string): string {
  const named = NAMED_ESCAPES.get(char);
  if (named !== undefined) return named;
  if (char === mark) return `\\${char}`;
  if (char === ' ' || !/^[\p{C}\p{Z}]$/u.test(char)) return char;
  const hex = (char.codePointAt(0) as number).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function bytesText(base64: string): string {
  const text = atob(base64);
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = Array.from(text, (char) => {
    const named = NAMED_ESCAPES.get(char);
    if (named !== undefined) return named;
    if (char === mark) return `\\${char}`;
    return char >= ' ' && char <= '~' ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `b${mark}${inner.join('')}${mark}`;
}
