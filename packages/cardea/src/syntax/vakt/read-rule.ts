import type { Issue } from '../../errors.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { RuleData } from '../../model/policy.ts';
import { JsonpickleError } from './jsonpickle.ts';
import { LosslessJsonError } from './lossless-json.ts';
import { lowerVaktRule } from './lower-vakt-rule.ts';
import type { VaktPlace } from './vakt-place.ts';
import type { Python } from './python-value.ts';
import { fromText } from './stored.ts';

/** A rule of vakt in the two forms that it is imported in. */
export interface VaktRuleForms {
  /** True for exactly the values on which vakt's rule is satisfied: the form that policies hold. */
  readonly applies: RuleData;
  /** The three truths of vakt, *unknown* where it raises: the form that stands under a negation. */
  readonly exact: RuleData;
}

/**
 * Reads one rule: the text that `rule.to_json()` writes, or what `parseLosslessJson` made of it.
 *
 * @param options.onUnsupported `opaque` makes an error of what cannot be imported; `refuse` reports it
 *
 * @example
 * ```ts
 * readVaktRule('{"py/object": "vakt.rules.operator.Eq", "val": 1}'); // applies: { $in: [1, true] }
 * ```
 */
export function readVaktRule(
  input: string | object,
  options: { readonly onUnsupported?: 'refuse' | 'opaque' } = {},
): Parsed<VaktRuleForms> {
  const value = attempt(input);
  if (value instanceof Error) return { ok: false, issues: [issue(value.message, [])] };
  const place: VaktPlace = { path: [], refused: [], changed: [] };
  const { applies, exact } = lowerVaktRule(value, place);
  const refused = options.onUnsupported === 'opaque' ? [] : place.refused;
  if (refused.length > 0) return { ok: false, issues: refused.map(({ reason, path }) => issue(reason, path)) };
  return { ok: true, value: { applies, exact } };
}

function attempt(input: string | object): Python | Error {
  try {
    return fromText(input);
  } catch (error) {
    if (error instanceof LosslessJsonError || error instanceof JsonpickleError) return error;
    throw error;
  }
}

function issue(message: string, path: Issue['path']): Issue {
  return { code: 'CARDEA_UNSUPPORTED', message, path };
}
