/** A fenced block of a markdown text. */
export interface CodeBlock {
  /** The words after the fence: `ts`, `ts no-run`, `text`. */
  readonly info: string;
  readonly code: string;
  /** The one-based line of the fence. */
  readonly line: number;
  /** What the document says that the code prints, where it says so. */
  readonly output?: string;
}

/**
 * The fenced blocks of a markdown text. The output of a block is the `text` block right after it, or else
 * the comments behind its lines that start with `console.log`.
 */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const fences = [...markdown.matchAll(/^(`{3,})([^\n`]*)\n([\s\S]*?)^\1[ \t]*$/gm)];
  return fences.map((fence, at) => {
    const [whole, , info = '', code = ''] = fence;
    const next = fences[at + 1];
    const isFollowed = next !== undefined && markdown.slice(fence.index + whole.length, next.index).trim() === '';
    const output = isFollowed && next[2] === 'text' ? next[3] : commentedOutput(code);
    const line = markdown.slice(0, fence.index).split('\n').length;
    return { info: info.trim(), code, line, ...(output === undefined ? {} : { output }) };
  });
}

/** The targets of the links in a markdown text that lead to a file or a heading of the repository. */
export function relativeLinks(markdown: string): readonly string[] {
  const links = [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** The anchors of a markdown text's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): readonly string[] {
  const headings = [...markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function commentedOutput(code: string): string | undefined {
  const said = [...code.matchAll(/^ *console\.log\(.*\); *\/\/ (.+)$/gm)].map(([, comment = '']) => `${comment}\n`);
  return said.length === 0 ? undefined : said.join('');
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}
