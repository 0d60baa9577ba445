import { Helper as UpstreamHelper, type Model } from '../upstream.cjs';
import { RuleTable } from './rule-table.ts';

/** Quotes and brackets have a meaning; a line break ends a record, and half a character is replaced. */
const NOT_PLAIN = /["()\r\n\ud800-\udfff]/;

/** Texts of rules, each kept once: a policy of a million lines has few of them. */
export type Texts = Map<string, string>;

/**
 * Adds the rule of a line to a model, as casbin does: a line without quotes and brackets is split, any other is left to
 * casbin's parser.
 *
 * @throws Error `Unmatched brackets in policy line: …`, and what the parser throws
 */
export function loadPolicyLine(line: string, model: Model, texts?: Texts): void {
  if (!line || line.trimStart().startsWith('#')) return;
  if (NOT_PLAIN.test(line)) {
    UpstreamHelper.loadPolicyLine(line, model);
    return;
  }
  const fields = line.split(',');
  const key = (fields[0] as string).trim();
  const assertion = model.model.get(key.slice(0, 1))?.get(key);
  if (assertion === undefined) return;
  const values: string[] = [];
  for (let at = 1; at < fields.length; at++) {
    const value = (fields[at] as string).trim();
    values.push(texts === undefined ? value : once(value, texts));
  }
  RuleTable.of(assertion).append([values]);
}

function once(text: string, texts: Texts): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}

/**
 * casbin's helper of adapters, which does not parse plain lines.
 *
 * @example
 * ```ts
 * Helper.loadPolicyLine('p, alice, data1, read', enforcer.getModel());
 * ```
 */
export class Helper extends UpstreamHelper {
  /** Adds the rule of a line of CSV to a model. */
  static override loadPolicyLine(line: string, model: Model): void {
    loadPolicyLine(line, model);
  }
}
