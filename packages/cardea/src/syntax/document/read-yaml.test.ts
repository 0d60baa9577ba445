import { describe, expect, test } from 'vitest';
import type { Json } from '../../ast/json.ts';
import { DOCUMENT_LIMITS } from './document-limits.ts';
import { readYaml } from './read-yaml.ts';
import { sourceText } from './source-text.ts';
import { yamlDocuments } from './yaml-documents.ts';

interface Reading {
  readonly values: readonly (Json | undefined)[];
  readonly issues: readonly string[];
}

function read(text: string, limits = DOCUMENT_LIMITS): Reading {
  const source = sourceText(text, undefined);
  const values = (yamlDocuments(source, limits) ?? []).map((document) => readYaml(document, source, limits)?.value);
  return { values, issues: source.issues.map(({ line, column, message }) => `${line}:${column} ${message}`) };
}

describe('readYaml', () => {
  test.each<[string, Json]>([
    ['a: yes', { a: 'yes' }],
    ['a: no\nb: on\nc: off', { a: 'no', b: 'on', c: 'off' }],
    ['a: true\nb: False\nc: ~\nd:', { a: true, b: false, c: null, d: null }],
    ['a: 2026-11-22', { a: '2026-11-22' }],
    ['a: 2026-11-22T09:00:00Z', { a: '2026-11-22T09:00:00Z' }],
    ['a: 012\nb: 0o17\nc: 0x1F\nd: 1_000\ne: 190:20:30', { a: 12, b: 15, c: 31, d: '1_000', e: '190:20:30' }],
    ['a: -0', { a: 0 }],
    ['1: a\ntrue: b\nnull: c', { '1': 'a', true: 'b', null: 'c' }],
    ['a: !!str 1', { a: '1' }],
    ['"<<": a', { '<<': 'a' }],
    ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['\uFEFFa: 1', { a: 1 }],
    ['a:\r\n  b: 1\r\n', { a: { b: 1 } }],
    ['a: "\\u0000"', { a: '\0' }],
    ['%YAML 1.2\n---\na: yes', { a: 'yes' }],
  ])('%j is %j', (text, value) => {
    expect(read(text)).toEqual({ values: [value], issues: [] });
  });

  test.each([
    ['a: 1\nb: 2\na: 3', '3:1 `a` is named twice'],
    ['"a": 1\na: 3', '2:1 `a` is named twice'],
    [
      'x: &x {a: 1}\ny:\n  <<: *x',
      '3:3 merge keys are not part of YAML 1.2; write the members out, or quote an attribute of this name',
    ],
    ['? [a]\n: b', '1:3 the name of a member must be a string'],
    ['k: &k a\n*k : b', '2:1 the name of a member must be a string'],
    ['a: !!js/function "x"', '1:18 the tag `!!js/function` is not allowed: policies are plain data'],
    ['a: !!binary aGk=', '1:13 the tag `!!binary` is not allowed: policies are plain data'],
    ['a: !!set {a, b}', '1:10 the tag `!!set` is not allowed: policies are plain data'],
    ['a: !!timestamp 2001-01-01', '1:16 the tag `!!timestamp` is not allowed: policies are plain data'],
    ['a: !policy {b: 1}', '1:12 the tag `!policy` is not allowed: policies are plain data'],
    ['!x b: 1', '1:1 the name of a member must be a string'],
    ['a: 1e999', '1:4 `1e999` is no finite number'],
    ['a: .inf', '1:4 `.inf` is no finite number'],
    ['a: .nan', '1:4 `.nan` is no finite number'],
    [
      'a: 9007199254740992',
      '1:4 `9007199254740992` is beyond 2^53 - 1 and cannot be represented exactly; write it as a string',
    ],
    [
      'a: 0x20000000000000',
      '1:4 `0x20000000000000` is beyond 2^53 - 1 and cannot be represented exactly; write it as a string',
    ],
    ['a: 1e-999', '1:4 `1e-999` is too small and would be read as 0'],
    ['a: *x', '1:4 the alias `x` has no anchor before it'],
    ['a: &a [*a]', '1:8 the alias `a` stands inside its own anchor'],
    ['a:\n\tb: 1', '2:1 tabs cannot indent; use spaces'],
    ['a: "\\ud800"', '1:4 a string contains half of a surrogate pair'],
    ['%YAML 1.1\n---\na: yes', '2:1 documents are YAML 1.2; remove the directive `%YAML`'],
    ['['.repeat(100_000), '1:67 nests deeper than 64 levels'],
    ['{'.repeat(100_000), '1:67 nests deeper than 64 levels'],
    ['- '.repeat(100_000), '1:132 nests deeper than 64 levels'],
    ['? '.repeat(100_000), '1:132 nests deeper than 64 levels'],
    [Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), '66:67 nests deeper than 64 levels'],
  ])('%# says where and why a text is refused', (text, message) => {
    expect(read(text).issues).toEqual([message]);
  });

  test('an alias bomb is counted and never expanded', () => {
    const levels = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`);
    const { issues } = read(['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...levels].join('\n'));
    expect(issues).toEqual(['7:10 more than 1000000 values with all aliases expanded']);
  });

  test('aliases of aliases are no way around the depth', () => {
    const levels = Array.from({ length: 80 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`);
    expect(read(['a0: &a0 []', ...levels].join('\n')).issues[0]).toBe('64:12 nests deeper than 64 levels');
  });

  test('an alias means the anchor of its name that stands last before it', () => {
    expect(read('[&a 1, *a, &a 2, *a]').values).toEqual([[1, 1, 2, 2]]);
  });

  test('too many tokens are refused before anything is built of them', () => {
    expect(read('[1, 2, 3]', { ...DOCUMENT_LIMITS, maxNodes: 5 }).issues).toEqual(['1:5 more than 5 tokens']);
  });

  test('a document that is wrong does not hide what is wrong in the next', () => {
    expect(read('a: [\n---\nb: 1\nb: 2').issues).toEqual([expect.stringMatching(/^1:|^2:/), '4:1 `b` is named twice']);
  });

  test('`__proto__` is a member like any other', () => {
    const [value] = read('__proto__: {admin: true}\nconstructor: x\ntoString: y').values;
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect('admin' in (value as object)).toBe(false);
  });
});
