import type { Element, Policy } from '../src/model/policy.ts';

const ANY: readonly Element[] = [{ $any: true }];

/** A policy that allows everything, but for what is given. */
export function allowing(uid: string, rest: Partial<Policy> = {}): Policy {
  return { uid, effect: 'allow', subjects: ANY, actions: ANY, resources: ANY, ...rest };
}

/** A policy that denies everything, but for what is given. */
export function denying(uid: string, rest: Partial<Policy> = {}): Policy {
  return { ...allowing(uid, rest), effect: 'deny' };
}

/** A policy that lets the subject of its name get a book. */
export function addressee(uid: string): Policy {
  return { uid, effect: 'allow', subjects: [uid], actions: ['get'], resources: ['book'] };
}
