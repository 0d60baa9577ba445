import type { Scalar } from '../../ast/json.ts';
import type { Rule, SlotReference } from '../../model/policy.ts';

/**
 * The value equals what a link of the template fills in. A slot stands once, where it must hold for the template to
 * apply: as the only element of a field, as an attribute, in `eq` and in `some`.
 *
 * @param name one of the template's `slots`
 *
 * @example
 * ```ts
 * allow({ uid: 'share', slots: ['user', 'doc'], subjects: [slot('user')], actions: ['read'], resources: [{ id: slot('doc') }] });
 * ```
 */
export function slot(name: string): Rule<Scalar, never> & SlotReference {
  return { $slot: name };
}
