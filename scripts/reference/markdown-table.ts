/** A table of GitHub's markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** A text as code in a table. */
export function code(text: string): string {
  return `\`${text}\``;
}

// A bar ends a cell, also inside code.
function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
