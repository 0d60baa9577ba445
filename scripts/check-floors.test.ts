import { describe, expect, it } from 'vitest';
import { checkFloors, checkPackage, formatViolations } from './check-floors.ts';

describe('checkFloors', () => {
  it.each([
    ['down from the guard to the tree', { 'guard/guard.ts': "import type { A } from '../ast/a.ts';", 'ast/a.ts': '' }],
    ['inside a room', { 'ast/a.ts': "export * from './b.ts';", 'ast/b.ts': '' }],
    ['the errors from the tree', { 'ast/a.ts': "import { E } from '../errors.ts';", 'errors.ts': '' }],
    ['a port from a storage', { 'storage/memory.ts': "import type { S } from '../ports/s.ts';", 'ports/s.ts': '' }],
    ['the keyer from a storage', { 'storage/s.ts': "import { p } from '../keying/keyer.ts';", 'keying/keyer.ts': '' }],
    ['node from the file sink', { 'audit/file.ts': "import { open } from 'node:fs';" }],
    ['anything from a test', { 'ast/a.test.ts': "import { G } from '../guard/g.ts';", 'guard/g.ts': '' }],
    ['an example in a comment', { 'ast/a.ts': "/**\n * import { G } from '../guard/g.ts';\n */", 'guard/g.ts': '' }],
  ])('lets %s be imported', (_what, files) => {
    expect(checkFloors(tree(files))).toEqual([]);
  });

  it.each([
    ['known-room', { 'helpers/a.ts': '' }],
    ['known-room', { 'utils.ts': '' }],
    ['file-exists', { 'ast/a.ts': "import { b } from './b.js';", 'ast/b.ts': '' }],
    ['own-package', { 'ast/a.ts': "import { b } from '../../other/src/b.ts';" }],
    ['down-only', { 'ast/a.ts': "import { G } from '../guard/g.ts';", 'guard/g.ts': '' }],
    ['down-only', { 'decide/d.ts': "import {\n  G,\n} from '../guard/g.ts';", 'guard/g.ts': '' }],
    ['down-only', { 'ast/a.ts': "const g = await import('../guard/g.ts');", 'guard/g.ts': '' }],
    ['down-only', { 'guard/g.ts': "export { x } from '../index.ts';", 'index.ts': '' }],
    ['siblings', { 'testing/t.ts': "import { m } from '../storage/m.ts';", 'storage/m.ts': '' }],
    ['siblings', { 'audit/a.ts': "import { m } from '../storage/m.ts';", 'storage/m.ts': '' }],
    ['dialect-blind', { 'engine/e.ts': "import { s } from '../syntax/s.ts';", 'syntax/s.ts': '' }],
    ['dialect-blind', { 'syntax/s.ts': "import { e } from '../engine/e.ts';", 'engine/e.ts': '' }],
    ['ports-only', { 'cache/c.ts': "import { d } from '../decide/d.ts';", 'decide/d.ts': '' }],
    ['ports-only', { 'storage/s.ts': "import { k } from '../engine/keys.ts';", 'engine/keys.ts': '' }],
    ['siblings', { 'keying/k.ts': "import { d } from '../decide/d.ts';", 'decide/d.ts': '' }],
    ['few-packages', { 'guard/g.ts': "import lodash from 'lodash';" }],
    ['few-packages', { 'guard/g.ts': "import { RE2JS } from 're2js';" }],
    ['no-node', { 'guard/g.ts': "import { readFileSync } from 'node:fs';" }],
  ])('reports %s', (rule, files) => {
    expect(checkFloors(tree(files)).map((violation) => violation.rule)).toEqual([rule]);
  });

  it('reports an oracle that reaches the engine through another file', () => {
    const files = {
      'decide/reference.ts': "import { c } from './combine.ts';",
      'decide/combine.ts': "import { p } from '../engine/program.ts';",
      'engine/program.ts': '',
    };
    expect(checkFloors(tree(files))).toEqual([
      { rule: 'independent-oracle', where: 'decide/reference.ts', what: 'reaches `engine/program.ts`' },
    ]);
  });

  it('reports a cycle once, with its path', () => {
    const files = {
      'ast/a.ts': "import { b } from './b.ts';",
      'ast/b.ts': "import type { c } from './c.ts';",
      'ast/c.ts': "export * from './a.ts';",
    };
    expect(checkFloors(tree(files))).toEqual([
      { rule: 'no-cycles', where: 'ast/a.ts', what: '`ast/a.ts` → `ast/b.ts` → `ast/c.ts` → `ast/a.ts`' },
    ]);
  });
});

describe('checkPackage', () => {
  it('reports a path into another package and lets its exports be imported', () => {
    const files = { 'bin.ts': "import { a } from '../../cardea/src/a.ts';\nimport { b } from 'cardea';" };
    expect(checkPackage(tree(files)).map(({ rule, where }) => [rule, where])).toEqual([['own-package', 'bin.ts:1']]);
  });
});

describe('formatViolations', () => {
  it('gives the reason of each broken rule once', () => {
    const files = { 'ast/a.ts': "import fs from 'node:fs';\nimport os from 'node:os';" };
    const text = formatViolations(checkFloors(tree(files)));
    expect(text.split('\n')).toEqual([
      'ast/a.ts:1: imports `node:fs` [no-node]',
      'ast/a.ts:2: imports `node:os` [no-node]',
      expect.stringMatching(/^ {2}no-node: the library also runs/),
    ]);
  });
});

function tree(files: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(files).map(([file, text]) => [file, text ?? '']));
}
