import { describe, expect, it } from 'vitest';
import { entityName } from '../../model/entity.ts';
import { sameVaktInquiry, vaktInquiry } from './inquiry.ts';

describe('an inquiry of vakt', () => {
  it.each([
    ['{}', { subject: '', action: '', resource: '', context: {} }],
    [
      '{"subject": 0, "action": false, "resource": [], "context": null}',
      { subject: '', action: '', resource: '', context: {} },
    ],
    [
      '{"subject": {"t": {"py/tuple": [1, 2.5]}}, "context": {"n": 1}}',
      { subject: { t: { 'py/tuple': [1, 2.5] } }, action: '', resource: '', context: { n: 1 } },
    ],
    [
      '{"resource": 9007199254740993}',
      { subject: '', action: '', resource: { 'py/int': '9007199254740993' }, context: {} },
    ],
    ['{"context": [1]}', { subject: '', action: '', resource: '', context: {} }],
  ])('%s is read with the falsy values that vakt makes of it', (text, expected) => {
    const read = vaktInquiry(text);
    expect(read.ok && JSON.parse(JSON.stringify(read.value))).toEqual(expected);
  });

  it('is never read as an entity', () => {
    const read = vaktInquiry('{"subject": {"type": "user", "id": "alice"}}');
    expect(read.ok && entityName(read.value.subject as never, 'subject')).toBeUndefined();
  });

  it.each(['', '[]', '1', '{"zzz": 1}', '{"subject": {"py/tuple": 1}}'])('%s is refused', (text) => {
    expect(vaktInquiry(text).ok).toBe(false);
  });

  it.each([
    ['{"subject": {"a": 1, "b": 2}}', '{"subject": {"b": 2, "a": 1}}', true],
    ['{"subject": 0}', '{}', true],
    ['{"subject": 1}', '{"subject": 1.0}', false],
    ['{"subject": 1}', '{"subject": true}', false],
    ['{"subject": [1]}', '{"subject": {"py/tuple": [1]}}', false],
  ])('%s and %s are the same: %s', (left, right, same) => {
    expect(sameVaktInquiry(left, right)).toBe(same);
  });
});
