import { DOCUMENT_MEMBERS } from './listed-policies.ts';
import type { Located, LocatedMember } from './located.ts';
import { inOrder, LINK_MEMBERS, POLICY_MEMBERS } from './member-order.ts';

/**
 * Writes a JSON document: two spaces a level, lists and mappings on one line where they fit in 100
 * characters, the members of policies in their order.
 *
 * @param policies the parts of `root` that are policies: each starts on a line of its own
 * @param links the parts that are links: each stays on a line where it fits
 */
export function formatJson(root: Located, policies: ReadonlySet<Located>, links: ReadonlySet<Located>): string {
  return `${write(root, '', 0, { root, policies, links })}\n`;
}

interface Layout {
  readonly root: Located;
  readonly policies: ReadonlySet<Located>;
  readonly links: ReadonlySet<Located>;
}

const WIDTH = 100;

// A value of more parts than this never fits on a line; asking for its line would make the work quadratic.
const MOST_PARTS_ON_A_LINE = 40;

function write(node: Located, indent: string, column: number, layout: Layout): string {
  if (node.height === 0) return JSON.stringify(node.value);
  const line = standsAlone(node, layout) || node.size > MOST_PARTS_ON_A_LINE ? undefined : onOneLine(node, layout);
  if (line !== undefined && column + line.length <= WIDTH) return line;
  const deeper = `${indent}  `;
  if (node.members === undefined)
    return block(
      '[]',
      indent,
      (node.items ?? []).map((item) => write(item, deeper, deeper.length, layout)),
    );
  const lines = orderedMembers(node, layout).map(([name, member]) => {
    const start = `${JSON.stringify(name)}: `;
    return start + write(member.node, deeper, deeper.length + start.length, layout);
  });
  return block('{}', indent, lines);
}

function standsAlone(node: Located, { root, policies, links }: Layout): boolean {
  return node === root || policies.has(node) || node.items?.some((item) => links.has(item)) === true;
}

function orderedMembers(node: Located, { root, policies, links }: Layout): (readonly [string, LocatedMember])[] {
  const members = [...(node.members ?? [])];
  if (links.has(node)) return inOrder(members, LINK_MEMBERS, ([name]) => name);
  if (node === root) return inOrder(members, DOCUMENT_MEMBERS, ([name]) => name);
  return policies.has(node) ? inOrder(members, POLICY_MEMBERS, ([name]) => name) : members;
}

function block(brackets: '[]' | '{}', indent: string, lines: readonly string[]): string {
  if (lines.length === 0) return brackets;
  return `${brackets[0]}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${brackets[1]}`;
}

function onOneLine(node: Located, layout: Layout): string {
  if (node.items !== undefined) return `[${node.items.map((item) => onOneLine(item, layout)).join(', ')}]`;
  if (node.members === undefined) return JSON.stringify(node.value);
  if (node.members.size === 0) return '{}';
  const members = orderedMembers(node, layout).map(
    ([name, member]) => `${JSON.stringify(name)}: ${onOneLine(member.node, layout)}`,
  );
  return `{ ${members.join(', ')} }`;
}
