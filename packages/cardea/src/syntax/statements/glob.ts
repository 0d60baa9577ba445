/**
 * The pattern that matches what a text with wildcards does, as a whole: `*` stands for any characters, `?` for one.
 * `${*}`, `${?}` and `${$}` stand for the characters themselves.
 *
 * @param options.parts so many parts, between colons, are matched one by one: a wildcard does not reach beyond its part,
 * but for the last
 *
 * @example
 * ```ts
 * globPattern('books:*'); // '(?s)^books:.*$'
 * ```
 */
export function globPattern(glob: string, options: { readonly parts?: number } = {}): string {
  const { parts = 1 } = options;
  let colons = 0;
  const pattern = glob.replace(/\$\{([*?$])\}|[\s\S]/gu, (char, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (char === ':') colons += 1;
    const any = colons < parts - 1 ? '[^:]' : '.';
    if (char === '*') return `${any}*`;
    return char === '?' ? any : char.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  return `(?s)^${pattern}$`;
}
