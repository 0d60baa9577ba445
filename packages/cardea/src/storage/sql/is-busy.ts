const SQLITE_BUSY = 5;

/** Whether SQLite gave up waiting for another process to end its transaction, as better-sqlite3 or `node:sqlite` tells it. */
export function isBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number') return errcode % 256 === SQLITE_BUSY;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}
