const MAGIC = /[\\*?[\]{}()!+@|#]/;
/** What is taken out of patterns and of texts before they are compared, or has a meaning of its own. */
const REWRITTEN = /\/\/|(^|\/)\.\.?(\/|$)|\\/;

/** The folders, and the name, that a glob pattern of casbin begins with: every text that fits begins so too. */
export function globPrefix(pattern: string): string {
  const text = pattern.startsWith('*/') ? pattern.slice(1) : pattern;
  // Dots may also come out of braces.
  if (REWRITTEN.test(text) || text.includes('..') || /^[!#]/.test(text)) return '';
  const segments = text.split('/');
  const magic = segments.findIndex((segment) => MAGIC.test(segment));
  const literal = magic < 0 ? segments : segments.slice(0, magic);
  return literal.at(-1) === '' ? literal.slice(0, -1).join('/') : literal.join('/');
}

/** Whether a text is compared with glob patterns as it is. */
export function isPlainPath(text: string): boolean {
  return !REWRITTEN.test(text);
}

/** Whether a glob pattern takes no longer for a text than its length allows: one star a part, and one of any depth. */
export function isBoundedGlob(pattern: string): boolean {
  const parts = pattern.split('/');
  const isOne = (part: string): boolean =>
    part === '**' || (!/[{}()[\]!+@\\]/.test(part) && part.split('*').length <= 2);
  return parts.every(isOne) && parts.filter((part) => part === '**').length <= 1;
}
