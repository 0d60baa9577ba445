import { CardeaError, isCardeaError, quote } from 'cardea';
import { Interrupted } from '../terminal.ts';
import { reasonOf } from '../read-input.ts';
import type { StoreAddress } from './store-url.ts';

/**
 * What went wrong with a store, as an error that names the store and repeats no secret, whatever the driver says.
 *
 * @param more further secrets, such as a password that a driver reads from the environment
 */
export function storeError(error: unknown, { label, secrets }: StoreAddress, more: readonly string[] = []): unknown {
  if (error instanceof Interrupted) return error;
  const hidden = [...secrets, ...more];
  if (isCardeaError(error)) {
    const told = [error.message, ...error.issues.flatMap(({ message, path }) => [message, ...path.map(String)])];
    if (!told.some((text) => isTelling(text, hidden))) return error;
    return new CardeaError(error.code, `the store ${quote(label)}: ${WITHHELD}`);
  }
  return new CardeaError('CARDEA_IO', `the store ${quote(label)}: ${shownReason(error, hidden)}`);
}

/** Why something failed, where that repeats no secret. */
export function shownReason(error: unknown, secrets: readonly string[]): string {
  const reason = reasonsOf(error).find((text) => text !== '') ?? 'no reason was given';
  return isTelling(reason, secrets) ? WITHHELD : reason;
}

const WITHHELD = 'the reason repeats a secret and is not shown';

function isTelling(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => text.includes(secret));
}

// Where a host has several addresses, the error of each is in `errors`, and its own message is empty.
function reasonsOf(error: unknown): readonly string[] {
  const { errors = [] } = error as { readonly errors?: readonly unknown[] };
  return [reasonOf(error), ...errors.map(reasonOf)];
}
