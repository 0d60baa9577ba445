/** What a parameter of a statement may be; lists only where the dialect takes them. */
type SqlValue = string | number | null | readonly string[] | readonly number[];

/** A piece of a statement: `?` stands for its parameters, one after the other. */
export interface SqlText {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/**
 * A piece of a statement. Pieces in it are put in as they are, everything else becomes a parameter: no value ever becomes
 * text of a statement.
 */
export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlText | SqlValue)[]): SqlText {
  let text = strings[0] ?? '';
  const parameters: SqlValue[] = [];
  for (const [at, part] of parts.entries()) {
    if (isSqlText(part)) {
      text += part.text;
      parameters.push(...part.parameters);
    } else {
      text += '?';
      parameters.push(part);
    }
    text += strings[at + 1] ?? '';
  }
  return { text, parameters };
}

/** Text of our own: names of tables, keywords, types. */
export function raw(text: string): SqlText {
  return { text, parameters: [] };
}

/** A number in the text, where a dialect takes no parameter. */
export function integer(value: number): SqlText {
  return raw(String(Math.trunc(value)));
}

/** Pieces with something between them. */
export function joined(pieces: readonly SqlText[], separator: string): SqlText {
  return {
    text: pieces.map(({ text }) => text).join(separator),
    parameters: pieces.flatMap(({ parameters }) => parameters),
  };
}

function isSqlText(part: SqlText | SqlValue): part is SqlText {
  return typeof part === 'object' && part !== null && 'text' in part;
}
