import { expect, test } from 'vitest';
import { generatedFiles, staleFiles } from './generate-docs.ts';

test('the generated pages and the published schema are what the tables make', () => {
  expect(staleFiles()).toEqual([]);
});

test('a generated file that is missing is stale', () => {
  expect(staleFiles(import.meta.dirname)).toEqual([...generatedFiles().keys()]);
});

test('every rule, operator and error has its place on a page', () => {
  const pages = [...generatedFiles().values()].join('\n');
  expect(pages).toContain(
    '| [`eq`](#eq) | `$eq` | value | the value equals the argument, deeply and without conversion | unknown |',
  );
  expect(pages).toContain('`cidr`');
  expect(pages).toContain('`CARDEA_DUPLICATE_UID`');
});
