import { defineFunction, type FunctionDefinition } from '../../ast/functions.ts';
import { isJsonObject, type Json, type JsonObject } from '../../ast/json.ts';
import { derivedOf } from '../../model/prepared.ts';
import { floatText } from '../float-text.ts';

/** The functions that `documentMatch` lowers to. */
export const documentFunctions: readonly FunctionDefinition[] = [
  defineFunction({
    name: 'document',
    meaning: 'the document of the value: its JSON as one text in lower case, without quotes or a space after colons',
    call: ([value]) => documentOf(value as Json),
  }),
  defineFunction({
    name: 'documentText',
    meaning: 'the parts as a document has them, one after the other; unknown where one is empty or has parts',
    call: (parts) => {
      const texts = parts.map((part) => partOf(part as Json));
      return texts.includes('') ? undefined : texts.join('').replaceAll(': ', ':');
    },
  }),
];

/**
 * The text that patterns of statements are searched in: JSON with `, ` between members, then without quotes, with `:` for
 * `: ` and in lower case. What is not printable ASCII stands as `\uxxxx`.
 *
 * @example
 * ```ts
 * documentOf({ countryId: '070', tags: ['A', 'é'], note: null }); // '{countryid:070, tags:[a, \\u00e9], note:null}'
 * ```
 */
export function documentOf(value: Json): string {
  const derived = typeof value === 'object' && value !== null ? derivedOf(value) : undefined;
  if (derived === undefined) return document(value);
  return (derived.document ??= document(value));
}

function document(value: Json): string {
  const quick = isJsonObject(value) ? quickText(value) : undefined;
  // At once for the whole text: texts inside lose their spaces too.
  return (quick ?? written(value).replaceAll(': ', ':')).toLowerCase();
}

/** The text of a flat dictionary in which nothing is escaped, as rows are: looked at once, and not member by member. */
function quickText(value: JsonObject): string | undefined {
  let members = '{';
  for (const name in value) {
    const member = value[name];
    if ((typeof member === 'object' && member !== null) || !hasOwn.call(value, name)) return undefined;
    if (member !== undefined)
      members += `${members === '{' ? '' : ', '}${name}:${typeof member === 'number' ? numberText(member) : member}`;
  }
  return PLAIN_MEMBERS.test(members) ? `${members}}` : undefined;
}

function written(value: Json): string {
  if (typeof value === 'string') return writtenText(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  let members = '';
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) members += `${members === '' ? '' : ', '}${writtenText(name)}: ${written(member)}`;
  }
  return `{${members}}`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : floatText(value);
}

function writtenText(text: string): string {
  if (PLAIN.test(text)) return text;
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('"', '');
  return escaped.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Printable ASCII that JSON has no escape for. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The same, without a space after a colon. */
const PLAIN_MEMBERS = /^[ !#-9;-[\]-~]*(?::+[!#-9;-[\]-~][ !#-9;-[\]-~]*)*:*$/;

const { hasOwnProperty: hasOwn } = Object.prototype as {
  readonly hasOwnProperty: (this: object, name: string) => boolean;
};

function partOf(part: Json): string {
  return isJsonObject(part) || Array.isArray(part) || part === null ? '' : document(part);
}
