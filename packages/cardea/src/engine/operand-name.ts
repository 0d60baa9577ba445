import type { Operand } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';

/** The one text that all equal operands share, and no others: made for every test of every policy, so made fast. */
export function operandName(operand: Operand): string {
  if (operand.kind === 'attr') return operand.of + pathName(operand.path);
  return operand.kind === 'call'
    ? `${JSON.stringify(operand.fn)}(${operand.args.map(operandName).join()})`
    : canonicalJson(operand as unknown as Json);
}

/** A text for a path of member names. */
export function pathName(path: readonly string[]): string {
  let name = '';
  // With the length of each member, so that no member looks like two.
  for (const member of path) name += `.${member.length}:${member}`;
  return name;
}
