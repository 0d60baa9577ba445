import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../errors.ts';
import { parseDataDocument } from './parse-data-document.ts';

describe('a text of plain data', () => {
  it('is a value whose parts stand somewhere, in YAML and in JSON', () => {
    const yaml = parseDataDocument('listen:\n  port: 80\nkeys: [a, b]\n', { file: 'c.yaml' });
    const json = parseDataDocument('{"listen":{"port":80},"keys":["a","b"]}', { file: 'c.json' });
    if (!yaml.ok || !json.ok) return expect.unreachable();
    expect(yaml.value.value).toEqual({ listen: { port: 80 }, keys: ['a', 'b'] });
    expect(json.value.value).toEqual(yaml.value.value);
    expect(yaml.value.positionOf(['listen', 'port'])).toEqual({ file: 'c.yaml', line: 2, column: 3 });
    expect(yaml.value.positionOf(['keys', 1])).toEqual({ file: 'c.yaml', line: 3, column: 11 });
    expect(yaml.value.positionOf(['listen', 'host', 'x'])).toEqual({ file: 'c.yaml', line: 1, column: 1 });
  });

  it.each([
    ['', 'c:1:1: the text is empty [CARDEA_INVALID_DOCUMENT]'],
    ['a: 1\na: 2', 'c:2:1: a: `a` is named twice [CARDEA_DUPLICATE_KEY]'],
    ['a: 1\n---\nb: 2', 'c:3:1: a text holds one value, not several [CARDEA_INVALID_DOCUMENT]'],
  ])('is refused with its place: %j', (text, issue) => {
    const parsed = parseDataDocument(text, { file: 'c' });
    expect(parsed.ok ? [] : parsed.issues.map(formatIssue)).toEqual([issue]);
  });
});
