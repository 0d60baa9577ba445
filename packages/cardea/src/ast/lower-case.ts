/**
 * A text in lower case, letter by letter. The language makes `Σ` a `ς` at the end of a word and a `σ` elsewhere, so that
 * the lower case of a text would not start with that of its beginning.
 */
export function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}
