import type { Operand } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import { parseAddress } from '../ast/network.ts';
import { readPath } from '../model/entity.ts';
import { maskedAddress } from './masked-address.ts';
import { operandName, pathName } from './operand-name.ts';
import { cellOf } from './range-grid.ts';

/**
 * Something of an inquiry that has a token: an attribute, or what is derived from one. `member` has one token
 * for each item of a list, read at `path` within the item; `prefix` and `suffix` have that many UTF-16 units;
 * `network` is an address of that family without its last bits; `range` is the cell that a number lies in.
 */
export type Slot =
  | { readonly kind: 'value'; readonly of: Operand }
  | { readonly kind: 'member'; readonly of: Operand; readonly path: readonly string[] }
  | { readonly kind: 'prefix' | 'suffix'; readonly of: Operand; readonly length: number }
  | { readonly kind: 'network'; readonly of: Operand; readonly family: 4 | 6; readonly bits: number }
  | { readonly kind: 'range'; readonly of: Operand; readonly level: number };

/** The token of a slot whose attribute is missing or of a type that the slot cannot read. */
export const MISSING = '\0missing';

/** The token of `member` where the list is empty. */
export const EMPTY = '\0empty';

/** The token of every list and object. */
export const STRUCTURE = '\0structure';

/** The one text that all equal slots share. */
export function slotName(slot: Slot): string {
  const of = operandName(slot.of);
  switch (slot.kind) {
    case 'value':
      return of;
    case 'member':
      return `${of} member ${pathName(slot.path)}`;
    case 'prefix':
    case 'suffix':
      return `${of} ${slot.kind} ${slot.length}`;
    case 'network':
      return `${of} network ${slot.family}/${slot.bits}`;
    case 'range':
      return `${of} range ${slot.level}`;
  }
}

/**
 * The token of a value: equal values have equal tokens. Different ones may share one (`1` and `"1"`), which
 * costs time and never an answer, because every candidate is verified.
 */
export function tokenOf(value: Json): string {
  if (typeof value === 'string') return value;
  // To write out whatever an inquiry holds would take as long as it likes.
  return typeof value === 'object' && value !== null ? STRUCTURE : canonicalJson(value);
}

/** The tokens that the slot has where its operand has this value; none where no token can be meant. */
export function tokensOf(slot: Slot, value: Json | undefined): readonly string[] {
  switch (slot.kind) {
    case 'value':
      return value === undefined ? [MISSING] : [tokenOf(value)];
    case 'member':
      return memberTokens(value, slot.path);
    case 'prefix':
      return cut(value, slot.length, (text) => text.slice(0, slot.length));
    case 'suffix':
      return cut(value, slot.length, (text) => text.slice(text.length - slot.length));
    case 'network':
      return networkTokens(value, slot.family, slot.bits);
    case 'range':
      // No number compares with NaN.
      return typeof value === 'number' && value === value ? [cellOf(value, slot.level)] : [MISSING];
  }
}

function memberTokens(list: Json | undefined, path: readonly string[]): readonly string[] {
  if (!Array.isArray(list)) return [MISSING];
  if (list.length === 0) return [EMPTY];
  const tokens = (list as readonly Json[]).map((member) => {
    const value = readPath(member, path);
    return value === undefined ? MISSING : tokenOf(value);
  });
  return tokens.length === 1 ? tokens : [...new Set(tokens)];
}

function cut(value: Json | undefined, length: number, part: (text: string) => string): readonly string[] {
  if (typeof value !== 'string') return [MISSING];
  return value.length < length ? [] : [part(value)];
}

function networkTokens(value: Json | undefined, family: 4 | 6, bits: number): readonly string[] {
  if (typeof value !== 'string') return [MISSING];
  const address = parseAddress(value);
  return address?.family === family ? [maskedAddress(address.words, bits)] : [];
}
