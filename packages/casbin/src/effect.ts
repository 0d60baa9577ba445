import { Effect, type Effector, type EffectorStream } from '../upstream.cjs';

/** Begins an effect for rules of which only some are pushed: those that a matcher may be true for. */
// A rule that the matcher is not true for changes an effect once, whatever their number: `not deny` begins with it.
export function startStream(effector: Effector, effect: string): EffectorStream {
  const stream = effector.newStream(effect);
  stream.pushEffect(Effect.Indeterminate);
  return stream;
}

/** The effect of a rule for which the matcher gave this: casbin takes numbers for effects. */
export function effectOf(result: unknown, ruleEffect: unknown): Effect {
  const effect = answerOf(result);
  if (!ruleEffect || effect !== Effect.Allow || ruleEffect === 'allow') return effect;
  return ruleEffect === 'deny' ? Effect.Deny : Effect.Indeterminate;
}

function answerOf(result: unknown): Effect {
  switch (typeof result) {
    case 'boolean':
      return result ? Effect.Allow : Effect.Indeterminate;
    case 'number':
      return result === 0 ? Effect.Indeterminate : result;
    case 'string':
      return result === '' ? Effect.Indeterminate : Effect.Allow;
    default:
      throw new Error('matcher result should only be of type boolean, number, or string');
  }
}
