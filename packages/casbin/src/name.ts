/** An argument as casbin's functions take it: as a text, and none where it is missing. */
export function nameOf(value: unknown): string {
  // casbin calls `toString`, whatever that gives.
  // oxlint-disable-next-line typescript/no-base-to-string
  return typeof value === 'string' ? value : (value || '').toString();
}
