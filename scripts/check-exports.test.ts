import { describe, expect, it } from 'vitest';
import { builtFiles, checkEntries, undocumentedNames } from './check-exports.ts';

const ENTRY = { 'cardea-source': './src/ast/index.ts', types: './dist/ast/index.d.ts', default: './dist/ast/index.js' };

describe('checkEntries', () => {
  it('accepts an entry whose three conditions name one source', () => {
    expect(checkEntries({ name: 'p', exports: { './ast': ENTRY } }, everywhere)).toEqual([]);
  });

  it.each([
    ['`./src/ast/index.ts` does not exist', ENTRY, nowhere],
    ['`types` is not `./dist/ast/index.d.ts`', { ...ENTRY, types: './dist/index.d.ts' }, everywhere],
    ['`default` is not `./dist/ast/index.js`', { ...ENTRY, default: './dist/ast.js' }, everywhere],
    ['has conditions other than', { ...ENTRY, import: './dist/ast/index.js' }, everywhere],
  ])('reports: %s', (problem, entry, exists) => {
    const problems = checkEntries({ name: 'p', exports: { './ast': entry } }, exists);
    expect(problems).toEqual([expect.stringContaining(`p: entry \`./ast\`: ${problem}`)]);
  });

  it('reports a command without a source', () => {
    const problems = checkEntries({ name: 'p', bin: { run: './dist/bin.js' } }, nowhere);
    expect(problems).toEqual(['p: command `run`: `./src/bin.ts` does not exist']);
  });
});

describe('builtFiles', () => {
  it('lists code, declarations and commands', () => {
    const manifest = {
      name: 'p',
      exports: { './ast': ENTRY, './package.json': './package.json' },
      bin: { a: './dist/a.js' },
    };
    expect(builtFiles(manifest)).toEqual(['./dist/ast/index.d.ts', './dist/ast/index.js', './dist/a.js']);
  });
});

describe('undocumentedNames', () => {
  it.each([
    ['a declaration', '/** Adds. @example add(); */\nexport function add(): void {}', []],
    ['a type', '/** Any. */\nexport type Any = 1;', []],
    ['a name passed on', "export { a as b } from './a.ts';", []],
    ['all names passed on', "export * from './a.ts';", []],
    ['a bare declaration', 'export const bare = 1;', ['`bare` of `index.ts` has no comment']],
    ['a function', '/** Adds. */\nexport function add(): void {}', ['`add` of `index.ts` has no example']],
    ['a class', '/** Sums. */\nexport class Sum {}', ['`Sum` of `index.ts` has no example']],
    ['an empty comment', '/** */\nexport const empty = 1;', ['`empty` of `index.ts` has no comment']],
    ['a bare name passed on', "export { type c } from './c.ts';", ['`c` of `c.ts` has no comment']],
    ['a name that is not there', "export { x } from './a.ts';", ['`x`: no declaration of `x` found in `a.ts`']],
  ])('looks for the comment of %s', (_what, index, problems) => {
    const tree = new Map([
      ['index.ts', index],
      ['a.ts', '/** Says a. */\nexport const a = 1;'],
      ['c.ts', 'export interface c {}'],
    ]);
    expect(undocumentedNames(tree, 'index.ts')).toEqual(problems.map((problem) => `index.ts: ${problem}`));
  });
});

function everywhere(): boolean {
  return true;
}

function nowhere(): boolean {
  return false;
}
