import { CardeaError, isCardeaError } from 'cardea';
import { describe, expect, it } from 'vitest';
import { storeError } from '../src/store/store-error.ts';
import { parseStoreUrl } from '../src/store/store-url.ts';
import { Interrupted } from '../src/terminal.ts';

const ADDRESS = parseStoreUrl('postgres://ann:hunter%2F22@h:1/d?sslpassword=sesame&sslmode=require', '/');
const HIDDEN = 'the store `postgres://***@h:1/d?***`: the reason repeats a secret and is not shown';

function messageOf(error: unknown, more: readonly string[] = []): string {
  const told = storeError(error, ADDRESS, more);
  if (!isCardeaError(told)) throw new Error('it is no error of ours');
  return [told.message, ...told.issues.map(({ message }) => message)].join('\n');
}

const issue = (message: string, path: readonly string[]) => ({ code: 'CARDEA_INVALID_POLICY', message, path }) as const;

describe('an error of a store', () => {
  it.each([
    ['as it was written in the URL', new Error('no such password: hunter%2F22')],
    ['as it is', new Error('no such password: hunter/22')],
    ['of a parameter', new Error('wrong key: sesame')],
    ['in an error of the library', new CardeaError('CARDEA_MIGRATION', 'migration 1 failed: hunter/22')],
    ['in an issue', new CardeaError('CARDEA_INVALID_POLICY', 'invalid', { issues: [issue('hunter/22', [])] })],
    [
      'in the path of an issue',
      new CardeaError('CARDEA_INVALID_POLICY', 'no', { issues: [issue('no', ['hunter/22'])] }),
    ],
    ['in one of several reasons', new AggregateError([new Error('sesame')], '')],
    ['thrown alone', 'hunter/22'],
  ])('is not shown where it repeats a secret: %s', (_where, error) => {
    expect(messageOf(error)).toBe(HIDDEN);
  });

  it('is not shown where it repeats a password of the environment', () => {
    expect(messageOf(new Error('open says me'), ['says me'])).toBe(HIDDEN);
  });

  it('is shown otherwise, with the store that it is about', () => {
    expect(messageOf(new Error('password authentication failed for user "ann"'))).toBe(
      'the store `postgres://***@h:1/d?***`: password authentication failed for user "ann"',
    );
    expect(messageOf(new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('x')], ''))).toContain(
      'ECONNREFUSED ::1:1',
    );
    const own = new CardeaError('CARDEA_CONFLICT', 'at another revision');
    expect(storeError(own, ADDRESS)).toBe(own);
  });

  it('is no error where the user interrupts', () => {
    const interrupted = new Interrupted(130);
    expect(storeError(interrupted, ADDRESS)).toBe(interrupted);
  });
});
