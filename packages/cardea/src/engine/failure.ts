/** What something threw, as a value that can be remembered. */
export class Failure {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }

  static of<T>(work: () => T): T | Failure {
    try {
      return work();
    } catch (error) {
      return new Failure(error);
    }
  }
}
