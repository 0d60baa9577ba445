import { describe, expect, it } from 'vitest';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { decide } from './decide.ts';
import { explain } from './explain.ts';
import { formatExplanation } from './explain-format.ts';
import type { Explanation } from './explanation.ts';

const functions = functionTable();
const base = {
  effect: 'allow',
  subjects: [{ role: 'admin' }],
  actions: ['read', 'write'],
  resources: [{ $any: true }],
} as const;

function explained(policies: readonly Policy[], inquiry: Inquiry, limit = 5): Explanation {
  const lowered = policies
    .map((policy) => lowerPolicy(policy, { checker: defaultChecker(), functions }))
    .flatMap((result) => (result.ok ? [result.value] : []));
  const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;
  return explain(decide(lowered, inquiry, options), lowered, inquiry, { functions, limit });
}

const inquiry: Inquiry = { subject: { role: 'user' }, action: 'read', resource: 'book' };
const missed = explained(
  [
    { uid: 'p', ...base },
    { uid: 'q', ...base, subjects: [{ age: 1 }] },
  ],
  inquiry,
  1,
);

describe('formatExplanation', () => {
  it('writes sentences', () => {
    expect(formatExplanation(missed, { style: 'text' })).toBe(
      [
        'denied: no policy applies',
        'allow `p` would apply if',
        '  - subject.role is `user`; must equal `admin`',
        '1 other policy does not apply: 1 at subjects',
      ].join('\n'),
    );
  });

  it('claims of a deny with something unknown neither that it applies nor that it does not', () => {
    const doubtful = { uid: 'd', ...base, effect: 'deny', subjects: [{ age: 1 }] } as const;
    expect(
      formatExplanation(explained([doubtful], inquiry), { style: 'text' })
        .split('\n')
        .slice(1, 3),
    ).toEqual([
      'deny `d` is not known to apply: something that it reads is missing or of another type',
      '  subjects[0] is unknown: subject.age == 1 (subject.age missing)',
    ]);
  });

  it('writes why a policy decided', () => {
    const text = formatExplanation(
      explained([{ uid: 'd', ...base, effect: 'deny', subjects: [{ role: 'user' }] }], inquiry),
      { style: 'text' },
    );
    expect(text).toBe(
      [
        'denied by `d`',
        'deny `d` decided',
        '  subjects[0] is true: subject.role == "user" (subject.role = "user")',
        '  actions[0] is true: action == "read" (action = "read")',
        '  resources[0] is true: known(resource) (resource = "book")',
        '  it would not apply if',
        '  - subject.role is `user`; must not equal `user`',
      ].join('\n'),
    );
  });

  it('draws a tree', () => {
    expect(formatExplanation(missed, { style: 'tree' })).toBe(
      [
        '✗ denied: no policy applies',
        '├─ ✗ allow `p` near-miss',
        '│  ├─ ✗ subjects',
        '│  │  └─ ✗ 0: subject.role == "admin"  (subject.role = "user")',
        '│  ├─ ✓ actions',
        '│  │  ├─ ✓ 0: action == "read"  (action = "read")',
        '│  │  └─ ✗ 1: action == "write"  (action = "read")',
        '│  ├─ ✓ resources',
        '│  │  └─ ✓ 0: known(resource)  (resource = "book")',
        '│  └─ it would apply if',
        '│     └─ subject.role is `user`; must equal `admin`',
        '└─ 1 other policy does not apply: 1 at subjects',
      ].join('\n'),
    );
  });

  it('draws at most twelve parts of a node, those that decided among them', () => {
    const actions = Array.from({ length: 40 }, (_, at) => (at === 30 ? 'read' : `a${at}`));
    const tree = formatExplanation(explained([{ uid: 'p', ...base, actions }], inquiry), { style: 'tree' });
    expect(tree).toContain('✓ 30: action == "read"');
    expect(tree).toContain('… and 28 more');
  });

  it('paints with the functions that are handed in', () => {
    const tag =
      (name: string) =>
      (text: string): string =>
        `<${name}>${text}</${name}>`;
    const colour = { green: tag('g'), red: tag('r'), yellow: tag('y'), dim: tag('d'), bold: tag('b') };
    expect(formatExplanation(missed, { style: 'text', colour })).toContain('<b><r>denied: no policy applies</r></b>');
    expect(formatExplanation(missed, { style: 'tree', colour })).toContain('<g>✓</g> actions');
  });

  it.each(['text', 'tree'] as const)('escapes what could forge lines or move the cursor: %s', (style) => {
    const evil = 'x\n\u001B[2J\u202Eallowed';
    const policy: Policy = {
      uid: evil,
      ...base,
      subjects: [{ [evil]: evil }, { tags: { $some: { [evil]: evil } } }],
      context: { [evil]: evil },
    };
    const text = formatExplanation(
      explained([policy], { ...inquiry, subject: { [evil]: `${evil}!`, tags: [{ [evil]: 1 }] } }),
      { style },
    );
    // eslint-disable-next-line no-control-regex
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001F\u202E]/);
    expect(text).not.toMatch(/^allowed/m);
  });
});
