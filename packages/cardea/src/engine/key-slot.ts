import { attr, call } from '../ast/build.ts';
import { CATEGORIES, type AttrOperand, type Operand } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { lowerCase } from '../ast/lower-case.ts';
import { readAttribute } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { type Slot, tokensOf } from './slot.ts';

/**
 * A slot as text: a JSON list in ASCII of what it is, the category, the path, and what else it takes, as in
 * `["value","context",["a"]]`. Undefined where keys are not made of it: its text would be too long, or it would
 * take more than the inquiry to read it.
 *
 * @param missing whether the text is about inquiries in which the slot is missing
 */
export function formatSlot(slot: Slot, missing: boolean): string | undefined {
  const attribute = attributeOf(slot.of);
  if (attribute === undefined) return undefined;
  const lowered = slot.of.kind === 'call' ? LOWER : '';
  const text = JSON.stringify([
    (missing ? NO : '') + lowered + slot.kind,
    attribute.of,
    attribute.path,
    ...extrasOf(slot),
  ]).replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return text.length > MAX_SLOT_LENGTH ? undefined : text;
}

/** What {@link formatSlot} made a text of, given what `JSON.parse` makes of it; undefined for everything else. */
export function parseSlot(data: unknown): { readonly slot: Slot; readonly missing: boolean } | undefined {
  if (!Array.isArray(data)) return undefined;
  const [what, category, path, ...extras] = data as readonly unknown[];
  const of = CATEGORIES.find((known) => known === category);
  if (typeof what !== 'string' || of === undefined || !isPath(path)) return undefined;
  const missing = what.startsWith(NO);
  const kind = missing ? what.slice(NO.length) : what;
  const lowered = kind.startsWith(LOWER);
  const operand = lowered ? call('lower', attr(of, ...path)) : attr(of, ...path);
  const slot = slotOf(lowered ? kind.slice(LOWER.length) : kind, operand, extras);
  return slot === undefined ? undefined : { slot, missing };
}

/** The tokens that an inquiry has in a slot of which keys are made. */
export function slotTokens(slot: Slot, inquiry: Inquiry): readonly string[] {
  return tokensOf(slot, valueOf(slot.of, inquiry));
}

/** Two of them and a third fit in 512 characters with what stands between them. */
const MAX_SLOT_LENGTH = 168;

const NO = 'no ';
const LOWER = 'lower ';

function attributeOf(operand: Operand): AttrOperand | undefined {
  if (operand.kind === 'attr') return operand;
  if (operand.kind !== 'call' || operand.fn !== 'lower' || operand.args.length !== 1) return undefined;
  const [argument] = operand.args;
  return argument?.kind === 'attr' ? argument : undefined;
}

function extrasOf(slot: Slot): readonly Json[] {
  switch (slot.kind) {
    case 'value':
      return [];
    case 'member':
      return [slot.path];
    case 'prefix':
    case 'suffix':
      return [slot.length];
    case 'network':
      return [slot.family, slot.bits];
    case 'range':
      return [slot.level];
  }
}

function slotOf(kind: string, of: Operand, [first, second, ...more]: readonly unknown[]): Slot | undefined {
  if (more.length > 0 || (second !== undefined && kind !== 'network')) return undefined;
  switch (kind) {
    case 'value':
      return first === undefined ? { kind, of } : undefined;
    case 'member':
      return isPath(first) ? { kind, of, path: first } : undefined;
    case 'prefix':
    case 'suffix':
      return isWithin(first, 1, 1_000) ? { kind, of, length: first } : undefined;
    case 'range':
      return isWithin(first, -1_100, 1_100) ? { kind, of, level: first } : undefined;
    case 'network':
      if (first !== 4 && first !== 6) return undefined;
      return isWithin(second, 8, first === 4 ? 32 : 128) && second % 8 === 0
        ? { kind, of, family: first, bits: second }
        : undefined;
    default:
      return undefined;
  }
}

function isPath(data: unknown): data is readonly string[] {
  return Array.isArray(data) && data.every((name) => typeof name === 'string');
}

function isWithin(data: unknown, least: number, most: number): data is number {
  return Number.isSafeInteger(data) && (data as number) >= least && (data as number) <= most;
}

function valueOf(operand: Operand, inquiry: Inquiry): Json | undefined {
  const { of, path } = attributeOf(operand) as AttrOperand;
  const value = readAttribute(inquiry, of, path);
  if (operand.kind === 'attr') return value;
  return typeof value === 'string' ? lowerCase(value) : undefined;
}
