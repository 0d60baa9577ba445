import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const POLICIES = `
- {uid: own, effect: allow, subjects: [max], actions: [read], resources: [{owner: max}]}
- {uid: cheap, effect: allow, subjects: [max], actions: [read], resources: [{price: {$less: 10}}]}
- {uid: odd, effect: deny, subjects: [max], actions: [read], resources: [{name: {$regexMatch: '^[a-z]+x$'}}]}
`;
const ROWS = ['{"owner":"max","price":20}', '', '{"price":5,"name":"abx"}', '{"price":5}'].join('\n');
const ASKED = ['-p', 'p.yaml', '--data', 'rows.ndjson', '-i', '{"subject":"max","action":"read"}'];

describe('`cardea verify`', () => {
  it('tells that all ways of deciding agree', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'rows.ndjson': ROWS });
    expect(await cardea(['verify', ...ASKED], { cwd })).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        '✓ index: agrees with the reference',
        '✓ memory: agrees with the reference',
        '✓ sqlite: agrees with the reference',
        '3 decisions, 2 of them allowed; 3 columns in SQLite',
        '',
      ].join('\n'),
    });
  });

  it('counts in JSON, for a file of inquiries', async () => {
    const inquiries = '{"subject":"max","action":"read","resource":"anything"}\n{"subject":"eve","action":"read"}\n';
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'rows.ndjson': ROWS, 'asked.ndjson': inquiries });
    const { stdout, exitCode } = await cardea(
      ['verify', ...ASKED.slice(0, 4), '--inquiries', 'asked.ndjson', '--json'],
      { cwd },
    );
    expect({ exitCode, report: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: 0,
      report: {
        inquiries: 2,
        rows: 3,
        allowed: 2,
        columns: 3,
        ways: ['index', 'memory', 'sqlite'].map((way) => ({ way, over: [], under: [] })),
      },
    });
  });

  it('has a column for lists of texts and of integers, and for no others', async () => {
    const policies = `
- {uid: tagged, effect: allow, subjects: [max], actions: [read], resources: [{tags: {$anyIn: [a, b]}}]}
- {uid: sized, effect: deny, subjects: [max], actions: [read], resources: [{sizes: {$some: {$greater: 2}}}]}
`;
    const rows = [
      '{"tags":["a"],"sizes":[1,2],"mixed":["a",1]}',
      '{"tags":["b","c"],"sizes":[3],"mixed":[]}',
      '{"tags":[],"sizes":[]}',
      '{"tags":["a"]}',
    ].join('\n');
    const cwd = await folderWith({ 'p.yaml': policies, 'rows.ndjson': rows });
    const { exitCode, stdout } = await cardea(['verify', ...ASKED], { cwd });
    expect({ exitCode, last: stdout.trim().split('\n').at(-1) }).toEqual({
      exitCode: 0,
      last: '4 decisions, 2 of them allowed; 2 columns in SQLite',
    });
  });

  it('tells what disagrees, here over a function that answers now so and now so', async () => {
    const policy = `- {uid: a, effect: allow, subjects: [max], actions: [read], resources: [{price: {$custom: [test.flip]}}]}`;
    const flip = `let turn = 0; export const flip = { name: 'test.flip', meaning: 'anything', call: () => turn++ % 2 === 0 };`;
    const cwd = await folderWith({ 'p.yaml': policy, 'rows.ndjson': ROWS, 'flip.mjs': flip });
    const { exitCode, stdout } = await cardea(['verify', ...ASKED, '--functions', 'flip.mjs'], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ \w+: \d allowed too many, \d too few; the first: inquiry 1, line \d/);
  });

  it.each([
    ['no policies', ['--data', 'rows.ndjson', '-i', '{}'], 'name the policies'],
    ['no rows', ['-p', 'p.yaml', '-i', '{}'], 'name the rows'],
    ['nobody who asks', ASKED.slice(0, 4), 'name who asks'],
    [
      'rows that are none',
      [...ASKED.slice(0, 3), 'bad.ndjson', ...ASKED.slice(4)],
      'bad.ndjson:2:1: a row is a dictionary',
    ],
    ['rows that are not there', [...ASKED.slice(0, 3), 'no.ndjson', ...ASKED.slice(4)], '`no.ndjson` cannot be read'],
  ])('refuses %s', async (_, argv, message) => {
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'rows.ndjson': ROWS, 'bad.ndjson': '{}\n[1]\n{' });
    const { exitCode, stderr } = await cardea(['verify', ...argv], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
