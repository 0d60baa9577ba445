import { describe, expect, test } from 'vitest';
import { parsePolicy } from './validate.ts';

const MANY = 200_000;
const POLICY = { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] };

// The arguments of a call stand on the stack: whatever spreads a list of this length into one throws.
describe('the number of parts has no limit', () => {
  test.each<[string, object]>([
    ['elements', { subjects: Array.from({ length: MANY }, (_, at) => `user:${at}`) }],
    ['rules', { subjects: [{ $or: Array.from({ length: MANY }, (_, at) => ({ $eq: at })) }] }],
    ['attributes', { context: Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`a${at}`, at])) }],
  ])('%s', (_, members) => {
    expect(parsePolicy({ ...POLICY, ...members }).ok).toBe(true);
  });

  test('issues', () => {
    const parsed = parsePolicy({ ...POLICY, actions: Array.from({ length: MANY }, () => '<') });
    expect(parsed.ok ? [] : parsed.issues).toHaveLength(MANY);
  });
});
