import { formatText } from './explain-text.ts';
import { formatTree } from './explain-tree.ts';
import { type Painter, PLAIN } from './explain-painter.ts';
import type { Explanation } from './explanation.ts';

/** How an explanation is written. */
export interface FormatExplanationOptions {
  /** `text`: sentences. `tree`: every node with its truth, for a terminal. */
  readonly style: 'text' | 'tree';
  /** No colours when absent. */
  readonly colour?: Painter;
}

/**
 * An explanation for people; the explanation itself is the form for programs. Control characters in
 * values and names are escaped. The text has no final line break.
 *
 * @example
 * ```ts
 * import pc from 'picocolors';
 * console.log(formatExplanation(await guard.explain(inquiry), { style: 'tree', colour: pc }));
 * ```
 */
export function formatExplanation(explanation: Explanation, options: FormatExplanationOptions): string {
  const painter = options.colour ?? PLAIN;
  return (options.style === 'text' ? formatText(explanation, painter) : formatTree(explanation, painter)).join('\n');
}
