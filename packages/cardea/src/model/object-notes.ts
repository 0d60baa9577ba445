/** What is noted of objects, for as long as they live. */
export interface ObjectNotes<V> {
  readonly get: (object: object) => V | undefined;
  readonly set: (object: object, value: V | undefined) => void;
}

/**
 * Notes as those of a weak map, for objects of which there are many and that do not live long, such as the row of a request:
 * putting one into a weak map takes longer than deciding about it, and then the collector's time. They are kept in a
 * private field, which nobody else can see or copy, of objects that can take one.
 */
export function objectNotes<V>(): ObjectNotes<V> {
  const others = new WeakMap<object, V | undefined>();
  return class Note extends Itself {
    #value: V | undefined;

    constructor(object: object, value: V | undefined) {
      super(object);
      this.#value = value;
    }

    static get(this: void, object: object): V | undefined {
      return #value in object ? object.#value : others.get(object);
    }

    static set(this: void, object: object, value: V | undefined): void {
      if (#value in object) object.#value = value;
      // oxlint-disable-next-line no-new -- the field is put on the object itself
      else if (Object.isExtensible(object)) new Note(object, value);
      else others.set(object, value);
    }
  };
}

/** Whose instance is the object that it is made of: a class that extends it puts its fields there. */
// oxlint-disable-next-line no-extraneous-class -- only a class can be extended
class Itself {
  constructor(object: object) {
    // oxlint-disable-next-line no-constructor-return -- that is what it is for
    return object;
  }
}
