import { describe, expect, it } from 'vitest';
import { Guard } from '../../guard/guard.ts';
import type { Policy } from '../../model/policy.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { vaktFunctions } from './functions.ts';
import { importVakt } from './import.ts';
import type { VaktImportOptions } from './import-options.ts';

function imported(policy: object, options: VaktImportOptions): Policy | undefined {
  return importVakt({ texts: [JSON.stringify(policy)] }, options).policies[0];
}

async function outcome(policies: readonly (Policy | undefined)[], inquiry: object): Promise<string> {
  const known = policies.filter((policy) => policy !== undefined);
  return (await new Guard(new MemoryStorage(known), { functions: vaktFunctions }).check(inquiry)).outcome;
}

const ANY = { 'py/object': 'vakt.rules.logic.Any' };
const FIELDS = { subjects: [ANY], actions: [ANY], resources: [ANY] };
const ASKED = { subject: 'max', action: 'get', resource: 'r' };

describe('a policy of vakt', () => {
  it.each([
    ['regex', 'max', { $eq: 'max' }],
    ['regex', 'books:<read|write>', { $in: ['books:read', 'books:read\n', 'books:write', 'books:write\n'] }],
    ['regex', '<[a-z]+>', { $regexMatch: '^(?:[a-z]+)\\n?$' }],
    ['regex', 'x<(?!admin).+>', { $custom: ['vakt.phrase', 'x<(?!admin).+>', '<', '>'] }],
    ['exact', '<a><b>', { $eq: 'a><b' }],
    ['exact', '<', { $eq: '<' }],
    ['fuzzy', '<sunny>', { $partOf: 'sunny' }],
    ['rules', 'max', { $neither: true }],
  ] as const)('read by the %s checker, the string %s is a rule', (checker, text, rule) => {
    expect(imported({ uid: 'u', subjects: [text] }, { checker })?.subjects).toEqual([rule]);
  });

  it.each([
    ['a field is empty', { uid: 'u' }, 'rules', 'an empty field never matches'],
    ['the checker reads none of its elements', { uid: 'u', subjects: [ANY] }, 'exact', 'never match'],
    ['its effect is no `allow`', { uid: 'u', effect: 'ALLOW' }, 'rules', 'denies'],
    ['its uid is no string', { uid: 7 }, 'rules', 'is now its text'],
    [
      'its network is none',
      { uid: 'u', context: { ip: { 'py/object': 'vakt.rules.net.CIDR', cidr: '10.0.0.1/8' } } },
      'rules',
      'never will',
    ],
  ] as const)('is reported as changed where %s', (_, policy, checker, message) => {
    const { report } = importVakt({ texts: [JSON.stringify(policy)] }, { checker });
    expect(report.refused).toEqual([]);
    expect(report.changed.map((note) => note.message).join()).toContain(message);
  });

  it('that denies is in doubt where a rule of its context raised in vakt', async () => {
    const context = { hour: { 'py/object': 'vakt.rules.operator.Greater', val: 5 } };
    const policies = ['allow', 'deny'].map((effect) =>
      imported({ uid: effect, effect, ...FIELDS, ...(effect === 'deny' ? { context } : {}) }, { checker: 'rules' }),
    );
    const outcomes = [7, 1, 'x'].map((hour) => outcome(policies, { ...ASKED, context: { hour } }));
    expect(await Promise.all(outcomes)).toEqual(['deny', 'allow', 'indeterminate']);
    expect(await outcome(policies, ASKED)).toBe('allow');
  });

  it('that allows ends at a string that vakt could not read; one that denies is in doubt there', async () => {
    const subjects = ['bob', 'a>', 'max'];
    const policy = (effect: string): Policy | undefined =>
      imported(
        { uid: effect, effect, subjects, actions: ['get'], resources: ['r'] },
        { checker: 'regex', onUnsupported: 'opaque' },
      );
    expect(await outcome([policy('allow')], ASKED)).toBe('not-applicable');
    expect(await outcome([policy('allow')], { ...ASKED, subject: 'bob' })).toBe('allow');
    expect(await outcome([policy('deny')], { ...ASKED, subject: 'zed' })).toBe('indeterminate');
    expect(imported({ uid: 'u', subjects }, { checker: 'regex' })).toBeUndefined();
  });

  it('of an unknown class denies in doubt, and never allows', async () => {
    const policy = (effect: string): Policy | undefined =>
      imported(
        { uid: effect, effect, ...FIELDS, subjects: [{ 'py/object': 'mine.Own' }] },
        { checker: 'rules', onUnsupported: 'opaque' },
      );
    expect(await outcome([policy('allow')], ASKED)).toBe('not-applicable');
    expect(await outcome([policy('deny')], ASKED)).toBe('indeterminate');
  });

  it('with several tagged parts is read as it was meant, or as vakt reads it', async () => {
    const policy = (severalParts: 'each' | 'vakt'): Policy | undefined =>
      imported(
        { uid: 'u', effect: 'allow', subjects: ['a<[bx]>c<[dx]>'], actions: ['get'], resources: ['r'] },
        { checker: 'regex', severalParts },
      );
    expect(await outcome([policy('each')], { ...ASKED, subject: 'abcd' })).toBe('allow');
    expect(await outcome([policy('vakt')], { ...ASKED, subject: 'abcd' })).toBe('not-applicable');
    expect(await outcome([policy('vakt')], { ...ASKED, subject: 'abc<[dx]>' })).toBe('allow');
  });

  it('refuses a guard without the functions of the import, rather than misreading the policy', async () => {
    const policy = imported(
      { uid: 'u', effect: 'deny', ...FIELDS, subjects: [{ 'py/object': 'vakt.rules.string.PairsEqual' }] },
      { checker: 'rules' },
    );
    const storage = new MemoryStorage(policy === undefined ? [] : [policy]);
    expect((await new Guard(storage).check(ASKED)).outcome).toBe('indeterminate');
  });
});
