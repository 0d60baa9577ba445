import type { RegexNode } from './tree.ts';

/** How many characters an expression matches, or undefined where that varies. */
export function fixedWidth(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'position':
    case 'look':
      return 0;
    case 'group':
      return fixedWidth(node.of);
    case 'backreference':
      return undefined;
    case 'sequence':
      return node.of
        .map(fixedWidth)
        .reduce((sum, width) => (sum === undefined || width === undefined ? undefined : sum + width), 0);
    case 'choice':
      return common(node.of.map(fixedWidth));
    case 'repeat': {
      const width = fixedWidth(node.of);
      return width === 0 ? 0 : node.min === node.max && width !== undefined ? width * node.min : undefined;
    }
  }
}

function common(widths: readonly (number | undefined)[]): number | undefined {
  return widths.every((width) => width === widths[0]) ? widths[0] : undefined;
}
