import { expect, it } from 'vitest';
import { holding } from '../../test/keyed.ts';
import { and, attr, some, item, test, value } from '../ast/build.ts';
import type { Json } from '../ast/json.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { readSnapshot } from './index-snapshot.ts';
import { onHeap } from './memory.ts';
import { PolicyIndex } from './policy-index.ts';

const POLICIES = 500;
const ROUNDS = 24;

/** Policies of which no two are alike: every text and attribute of one goes with it. */
function policy(number: number): LoweredPolicy {
  const condition = and(
    test('eq', attr('subject', 'name'), value(`user ${number} ${'of a long name '.repeat(number % 5)}`)),
    test('startsWith', attr('resource'), value(`/${number}/`)),
    test('eq', attr('context', `attribute${number}`), value(number)),
    some(attr('subject', 'tags'), 'tag', test('contains', item('tag'), value(`x${number}`))),
  );
  const uid = `policy ${number}`;
  return { uid, effect: 'allow', priority: number % 3, obligations: [{ log: uid }], ...holding(condition) };
}

function template(): LoweredPolicy {
  const condition = test('eq', attr('subject'), { kind: 'slot', name: 'user' });
  return { uid: 'acl', effect: 'allow', priority: 0, obligations: [], ...holding(condition), slots: ['user'] };
}

it('memory-stays-flat: whatever is removed makes room for what comes', () => {
  const index = new PolicyIndex(functionTable());
  index.load([template(), ...Array.from({ length: POLICIES }, (_, at) => policy(at))]);
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = round * POLICIES; at < (round + 1) * POLICIES; at++) {
      index.apply([
        { type: 'remove', uid: `policy ${at}` },
        { type: 'put', policy: policy(at + POLICIES) },
        { type: 'link', template: 'acl', values: [`user ${at + POLICIES}`] },
        { type: 'unlink', template: 'acl', values: [`user ${at}`] },
      ]);
    }
    sizes.push(index.stats().bytes);
  }
  const [early = 0] = sizes;
  expect(Math.max(...sizes)).toBeLessThan(early * 1.25);
  expect(index.stats()).toMatchObject({ policies: POLICIES + 1, links: POLICIES });
});

it('leaves no operand, slot or predicate behind', () => {
  const index = new PolicyIndex(functionTable());
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < POLICIES; at++) index.put(policy(at));
    for (let at = 0; at < POLICIES; at++) index.remove(`policy ${at}`);
  }
  // A template that is replaced reads something else each time.
  for (const name of ['a', 'b', 'c']) {
    const condition = test('eq', attr('subject', name), { kind: 'slot', name: 'user' });
    index.put({ ...template(), ...holding(condition) });
    expect(() =>
      index.apply([
        { type: 'put', policy: template() },
        { type: 'link', template: 'none', values: ['max'] },
      ]),
    ).toThrow();
  }
  index.remove('acl');
  expect(index.stats()).toMatchObject({ policies: 0, slots: 0, keys: 0, postings: 0, texts: 0 });
  const { operands, shared } = readSnapshot(index.toSnapshot(), onHeap).state.json as {
    readonly operands: Json[];
    readonly shared: Json[];
  };
  expect([...operands, ...shared].filter((one) => one !== null)).toEqual([]);
});
