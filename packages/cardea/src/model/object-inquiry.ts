import type { Entity, Inquiry } from './inquiry.ts';

/** An inquiry of parts that the library has copied, and nobody else sees: a guard decides over it as it is. */
export class ObjectInquiry implements Inquiry {
  readonly subject: object & Inquiry['subject'];
  readonly action: string;
  readonly resource: object & Inquiry['resource'];
  readonly #isMade = true;

  /** @param resource a copy, whose members are attributes whatever they are called */
  constructor(subject: object, action: string, resource: object) {
    this.subject = subject as Entity;
    this.action = action;
    this.resource = resource as Entity;
  }

  /** Whether a value is one. A proxy of one is not, and hears nothing of the question. */
  static is(this: void, value: unknown): value is ObjectInquiry {
    return typeof value === 'object' && value !== null && #isMade in value && value.#isMade;
  }

  /** The same, of members only. */
  get plain(): Inquiry {
    const { subject, action, resource } = this;
    return { subject, action, resource };
  }
}
