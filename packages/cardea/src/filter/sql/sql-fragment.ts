/** A part of a statement: text of the library's own, a column of the mapping, or a value that is bound. */
export type SqlPart = string | { readonly column: string } | { readonly parameter: SqlValue };

/** What is bound: never written into the text. */
export type SqlValue = string | number | readonly string[] | readonly number[];

/** A piece of SQL. INVARIANT: no text of a policy, an inquiry or a mapping is in it but as a column or a parameter. */
export type SqlFragment = readonly SqlPart[];

/** What stands in an expression: one part, or several. */
export type SqlOperand = SqlPart | SqlFragment;

/**
 * Text of the library's own with fragments and parts in between.
 *
 * @example
 * ```ts
 * sql`${{ column: 'owner' }} = ${{ parameter: 'max' }}`;
 * ```
 */
export function sql(texts: TemplateStringsArray, ...parts: readonly SqlOperand[]): SqlFragment {
  return texts.flatMap((text, at) => {
    const part = parts[at];
    return [text, ...(part === undefined ? [] : Array.isArray(part) ? (part as SqlFragment) : [part as SqlPart])];
  });
}

/** Fragments with a text of the library's own between them, in parentheses. */
export function joined(fragments: readonly SqlFragment[], by: 'and' | 'or' | ','): SqlFragment {
  const between = by === ',' ? ', ' : ` ${by} `;
  return ['(', ...fragments.flatMap((fragment, at) => (at === 0 ? fragment : [between, ...fragment])), ')'];
}

/** A bound value. */
export function bound(parameter: SqlValue): SqlPart {
  return { parameter };
}
