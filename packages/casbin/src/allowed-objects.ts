import type { Model } from '../upstream.cjs';
import type { OpenQuestion } from './decider.ts';
import type { ObjectSearch } from './object-search.ts';

/** What {@link Enforcer.allowedObjects} finds. */
export interface AllowedObjects {
  /** Objects that rules name and the request allows, in the order of the rules. */
  readonly objects: readonly string[];
  /** Whether these are all: every other text is denied. */
  readonly isComplete: boolean;
  /** Rules that may allow objects that no rule names, as those with patterns do. */
  readonly openRules: readonly string[][];
  /** Why these may not be all, or `''`. */
  readonly reason: string;
}

/** What to ask about before anything is known to be allowed. */
export interface NamedObjects extends Omit<AllowedObjects, 'objects'> {
  readonly names: readonly string[];
}

/** What a search found; where it could not be made, what the rules have in the field of the object. */
export function namedObjects(search: ObjectSearch | string, model: Model, question: OpenQuestion): NamedObjects {
  if (typeof search === 'string') {
    return { names: namesOf(model, question), isComplete: false, openRules: [], reason: search };
  }
  const { names, isOpen, openRules } = search;
  const byRules =
    openRules.length > 0 ? 'rules may allow objects that none of them names' : 'objects are allowed that no rule names';
  return { names, isComplete: !isOpen, openRules: openRules as string[][], reason: isOpen ? byRules : '' };
}

function namesOf(model: Model, { context, field }: OpenQuestion): readonly string[] {
  const { pType } = context;
  const position = model.model.get('p')?.get(pType)?.tokens.indexOf(`${pType}_${field}`) ?? -1;
  const values: readonly unknown[] = position < 0 ? [] : model.getValuesForFieldInPolicy('p', pType, position);
  return values.filter((value) => typeof value === 'string');
}
