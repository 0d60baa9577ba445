import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../errors.ts';
import { parseInquiryDocument } from './parse-inquiry-document.ts';

function issuesOf(text: string, format: 'json' | 'yaml'): readonly string[] {
  const parsed = parseInquiryDocument(text, { file: 'i', format });
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

describe('an inquiry as a text', () => {
  it('is read from JSON and from YAML alike', () => {
    const json = parseInquiryDocument('{"subject":"max","context":{"ip":"::1"}}', { format: 'json' });
    const yaml = parseInquiryDocument('subject: max\ncontext: { ip: "::1" }\n');
    expect(json).toEqual({ ok: true, value: { subject: 'max', context: { ip: '::1' } } });
    expect(yaml).toEqual(json);
  });

  it.each([
    ['json', '{"subject":"a","subject":"b"}', 'i:1:16: subject: `subject` is named twice [CARDEA_DUPLICATE_KEY]'],
    ['json', '{"subject":"a"', 'i:1:15: expected `,` or `}`, the text ends [CARDEA_INVALID_DOCUMENT]'],
    [
      'json',
      '{"user":"a"}',
      'i:1:2: user: unknown member `user`; the members are subject, action, resource, context [CARDEA_INVALID_INQUIRY]',
    ],
    [
      'yaml',
      'subject: a\ncontext: 1\n',
      'i:2:1: context: a context is a dictionary, not a number [CARDEA_INVALID_INQUIRY]',
    ],
    ['yaml', '- a\n', 'i:1:1: an inquiry is a dictionary, not a list [CARDEA_INVALID_INQUIRY]'],
    [
      'yaml',
      'subject: a\n---\nsubject: b\n',
      'i:3:1: a text of an inquiry holds one inquiry, not several [CARDEA_INVALID_DOCUMENT]',
    ],
    ['json', ' ', 'i:1:1: the text is empty: there is no inquiry [CARDEA_INVALID_DOCUMENT]'],
    ['yaml', '', 'i:1:1: the text is empty: there is no inquiry [CARDEA_INVALID_DOCUMENT]'],
  ] as const)('that is wrong (%s, %j) is refused with its place', (format, text, issue) => {
    expect(issuesOf(text, format)).toEqual([issue]);
  });
});
