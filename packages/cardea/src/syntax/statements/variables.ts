import { CATEGORIES, type Category } from '../../ast/condition.ts';
import type { AttributeReference } from '../../model/policy.ts';

/** An attribute of the inquiry. */
export interface AttributePath {
  readonly of: Category;
  readonly path: readonly string[];
}

/** The attribute that a key names, in one dialect or another. */
export type AttributeOfKey = (key: string) => AttributePath | undefined;

/** The attribute that a key such as `subject.country` names; undefined where it names none. */
export function attributePath(key: string): AttributePath | undefined {
  const [category = '', ...path] = key.split('.');
  return (CATEGORIES as readonly string[]).includes(category) && !path.includes('')
    ? { of: category as Category, path }
    : undefined;
}

/** The attribute that a text consists of, as in `${subject.country}`; the text where there is no variable in it. */
export function variableIn(text: string, attributeOf: AttributeOfKey): AttributeReference | string | undefined {
  if (!text.includes('${')) return text;
  const key = /^\$\{([^{}]*)\}$/.exec(text)?.[1];
  const found = key === undefined ? undefined : attributeOf(key);
  return found && ({ [`$${found.of}`]: found.path } as unknown as AttributeReference);
}
