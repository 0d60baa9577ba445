import { describe, expect, it } from 'vitest';
import { functionTable } from '../functions/table.ts';
import { vaktFunctions } from './functions.ts';
import type { VaktSource } from '../../ports/vakt-database.ts';
import { importVakt } from './import.ts';
import { parseLosslessJson } from './lossless-json.ts';

const EQ = '{"py/object": "vakt.rules.operator.Eq", "val": "x"}';

function only(source: VaktSource) {
  return importVakt(source, { checker: 'rules' });
}

describe('reading what vakt stored', () => {
  it('numbers references in document order, although JavaScript would reorder the members', () => {
    const text = `{"uid": "u", "subjects": [{"b": ${EQ}, "10": {"py/object": "vakt.rules.logic.Any"}}], "actions": [{"py/id": 3}], "resources": [{"py/id": 4}]}`;
    const [policy] = only({ texts: [text] }).policies;
    expect(policy).toMatchObject({ actions: [{ $eq: 'x' }], resources: [{ $any: true }] });
  });

  it('refuses a reference to something that contains it', () => {
    expect(only({ texts: ['{"uid": "u", "context": {"a": {"py/id": 0}}}'] }).report.refused[0]?.message).toContain(
      'contains it',
    );
  });

  it('refuses references that multiply to billions of values', () => {
    const levels = Array.from({ length: 60 }, (_, at) => `[{"py/id": ${at + 5}}, {"py/id": ${at + 5}}]`);
    const text = `{"uid": "u", "context": {"a": {"py/object": "vakt.rules.operator.Eq", "val": [${levels.join()}, []]}}}`;
    expect(only({ texts: [text] }).report.refused[0]?.message).toContain('the references stand for more than');
  });

  it('reads a document as vakt 1.0 wrote it, and as its migrations left it', () => {
    const [before, after] = only({
      documents: [
        {
          _id: 'a',
          uid: 'a',
          subjects: ['max'],
          rules: { s: '{"type": "vakt.rules.inquiry.SubjectEqualRule", "contents": {}}' },
        },
        {
          uid: 'b',
          type: 1,
          subjects: ['max'],
          context: { s: { 'py/object': 'vakt.rules.inquiry.SubjectEqual' } },
          subjects_compiled_regex: ['max'],
        },
      ],
    }).policies;
    expect({ ...before, uid: 'b' }).toEqual(after);
  });

  it('says that rules are now the context, and refuses values that only a driver knows', () => {
    const policy = { uid: 'a', subjects: [{ s: { 'py/object': 'vakt.rules.operator.Eq', val: 1 } }], rules: {} };
    expect(only({ documents: [policy] }).report.changed).toContainEqual({
      index: 0,
      uid: 'a',
      path: ['rules'],
      message: 'the rules, as vakt called the context before version 1.2, are now the context',
    });
    const dated = { uid: 'b', subjects: [{ s: { 'py/object': 'vakt.rules.operator.Eq', val: new Date(0) } }] };
    expect(only({ documents: [dated] }).report.refused[0]?.message).toBe('a class instance is no JSON value');
  });

  it('reads rows whose columns were encoded twice, once, or not at all', () => {
    const row = (context: unknown) => ({ uid: 'u', effect: 1, context, description: null });
    const tables = (context: unknown, subject: unknown) => ({
      policies: [row(context)],
      subjects: [{ uid: 'u', subject, subject_string: null }],
      actions: [],
      resources: [],
    });
    const [twice, once, parsed] = [
      [JSON.stringify(JSON.stringify({ a: JSON.parse(EQ) })), JSON.stringify(EQ)],
      [JSON.stringify({ a: JSON.parse(EQ) }), EQ],
      [{ a: JSON.parse(EQ) }, JSON.parse(EQ)],
    ].map(([context, subject]) => only({ tables: tables(context, subject) }).policies[0]);
    expect(twice).toMatchObject({ effect: 'allow', subjects: [{ $eq: 'x' }], context: { a: { $eq: 'x' } } });
    expect([once, parsed]).toEqual([twice, twice]);
  });

  it('reads the pickle of a policy', () => {
    // pickle.dumps(PolicyAllow('a', actions=['get']))
    const pickle =
      'gASVlAAAAAAAAACMC3Zha3QucG9saWN5lIwLUG9saWN5QWxsb3eUk5QpgZR9lCiMA3VpZJSMAWGUjAR0eXBllEsBjAhzdWJqZWN0c5RdlIwGZWZmZWN0lIwFYWxsb3eUjAlyZXNvdXJjZXOUXZSMB2FjdGlvbnOUXZSMA2dldJRhjAdjb250ZXh0lH2UjAtkZXNjcmlwdGlvbpROdWIu';
    const values = [Uint8Array.from(atob(pickle), (char) => char.charCodeAt(0))];
    expect(importVakt({ values }, { checker: 'exact' }).policies[0]).toMatchObject({
      uid: 'a',
      effect: 'allow',
      actions: [{ $eq: 'get' }],
    });
  });

  it.each([
    [
      'a pickle that runs a command',
      'gASVHQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAJpZJSFlFKULg==',
      '`posix.system` is none of the classes of vakt',
    ],
    ['a pickle that ends too early', 'gASVHQAAAAAAAACMBXBvc2l4', 'ends too early'],
    ['a pickle of something else', 'gARdlC4=', 'no policy'],
  ])('refuses %s', (_, base64, reason) => {
    const { policies, report } = only({ values: [Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))] });
    expect(policies).toEqual([]);
    expect(report.refused[0]?.message).toContain(reason);
  });

  it.each([
    ['', 'expected a value before the end'],
    ['[]', 'a policy is a dictionary with a uid'],
    ['{}', 'no uid'],
    ['{"uid": 1, "zzz": 2}', 'unknown member `zzz`'],
    ['{"uid": 1, "subjects": 5}', '`subjects` must be a list'],
    ['{"uid": 1, "subjects": [1]}', 'no string, rule or dictionary'],
    ['{"uid": 1, "subjects": ["a", {}]}', 'strings and rules are mixed'],
    ['{"uid": 1, "context": []}', 'the context must be a dictionary'],
    ['{"uid": ""}', 'uid'],
    ['{"uid": 1, "context": {"a": 1}}', 'a plain value stands where a rule belongs'],
    ['{"uid": 1, "subjects": [{"py/object": "os.system"}]}', '`os.system` is no class of rules of vakt'],
    ['['.repeat(300), 'nests deeper'],
  ])('refuses %s', (text, reason) => {
    const { policies, report } = only({ texts: [text] });
    expect(policies).toEqual([]);
    expect(report.refused.map(({ message }) => message).join()).toContain(reason);
  });

  it('keeps a key `__proto__` an attribute like any other', () => {
    const [policy] = only({ texts: [`{"uid": "u", "context": {"__proto__": ${EQ}, "$x": ${EQ}}}`] }).policies;
    expect(Object.keys(policy?.context ?? {})).toEqual(['__proto__', '$$x']);
  });

  it('refuses the second of two policies whose uids are one text', () => {
    const { policies, report } = only({ texts: ['{"uid": 1}', '{"uid": "1"}'] });
    expect([policies.length, report.refused[0]?.index]).toEqual([1, 1]);
  });

  it('reads integers of any size, and keeps 1 and 1.0 apart', () => {
    expect(parseLosslessJson('[9007199254740993, 1.0, 1, -0, 1e2]')).toEqual([9007199254740993n, 1, 1n, 0n, 100]);
  });

  it('names functions that the table of a guard takes', () => {
    expect(functionTable(vaktFunctions).has('vakt.equal')).toBe(true);
  });
});
