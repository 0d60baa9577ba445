/** The tokens of an inquiry: for each slot, their numbers and which shapes they occur in. */
export class TokenBuffer {
  ids: Int32Array = new Int32Array(16);
  masks: Int32Array = new Int32Array(16);
  /** Where the tokens of a slot end; they begin where those of the slot before end. As long as there are slots. */
  ends: Int32Array = new Int32Array(0);
  /** The masks of all tokens of a slot together. */
  slotMasks: Int32Array = new Int32Array(0);
  #count = 0;
  #slots = 0;

  /** Forgets everything, and expects the tokens of so many slots. */
  begin(slots: number): void {
    this.#count = 0;
    this.#slots = 0;
    if (slots === this.ends.length) return;
    this.ends = new Int32Array(slots);
    this.slotMasks = new Int32Array(slots);
  }

  /** Adds a token of the slot that is not at its end yet. */
  push(id: number, mask: number): void {
    if (this.#count === this.ids.length) this.#grow();
    this.ids[this.#count] = id;
    this.masks[this.#count] = mask;
    this.#count += 1;
  }

  /** Whether the slot that is not at its end yet has a token. */
  has(id: number): boolean {
    for (let at = this.startOf(this.#slots); at < this.#count; at++) if (this.ids[at] === id) return true;
    return false;
  }

  /**
   * Ends a slot.
   *
   * @param mask the masks of its tokens together, which it answers
   */
  endSlot(mask: number): number {
    const slot = this.#slots;
    this.slotMasks[slot] = mask;
    this.ends[slot] = this.#count;
    this.#slots = slot + 1;
    return mask;
  }

  startOf(slot: number): number {
    return slot === 0 ? 0 : (this.ends[slot - 1] as number);
  }

  #grow(): void {
    const { ids, masks } = this;
    this.ids = new Int32Array(ids.length * 2);
    this.ids.set(ids);
    this.masks = new Int32Array(masks.length * 2);
    this.masks.set(masks);
  }
}
