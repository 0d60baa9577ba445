import { describe, expect, it } from 'vitest';
import { anchorsOf, codeBlocks, relativeLinks } from './markdown.ts';

const FENCE = '```';

describe('codeBlocks', () => {
  it('finds each block with its info, code and line', () => {
    const text = `# A\n\n${FENCE}ts no-run\nlet a;\n${FENCE}\n\n${FENCE}yaml\n- b\n${FENCE}\n`;
    expect(codeBlocks(text)).toEqual([
      { info: 'ts no-run', code: 'let a;\n', line: 3 },
      { info: 'yaml', code: '- b\n', line: 7 },
    ]);
  });

  it('takes the `text` block right after a block as its output', () => {
    const text = `${FENCE}ts\nsay();\n${FENCE}\n\n${FENCE}text\nhello\n${FENCE}\n`;
    expect(codeBlocks(text)[0]?.output).toBe('hello\n');
  });

  it('takes the comments behind `console.log` as the output', () => {
    const text = `${FENCE}ts\nconsole.log(1); // 1\nconst b = 2; // not this\nconsole.log(b); // 2\n${FENCE}\n`;
    expect(codeBlocks(text)[0]?.output).toBe('1\n2\n');
  });

  it('takes no `text` block that a sentence separates', () => {
    const text = `${FENCE}ts\nsay();\n${FENCE}\nLater:\n${FENCE}text\nhello\n${FENCE}\n`;
    expect(codeBlocks(text)[0]?.output).toBeUndefined();
  });
});

describe('relativeLinks', () => {
  it('leaves out addresses and code', () => {
    const text = `[a](docs/a.md) [b](https://example.org) \`[c](c.md)\`\n${FENCE}\n[d](d.md)\n${FENCE}\n[e](#e)`;
    expect(relativeLinks(text)).toEqual(['docs/a.md', '#e']);
  });
});

describe('anchorsOf', () => {
  it('makes anchors of headings as GitHub does', () => {
    expect(anchorsOf("# What's new?\n\n## `eq`, and *more*\n")).toEqual(['whats-new', 'eq-and-more']);
  });
});
