import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const POLICIES = `policies:
  - uid: readers
    effect: allow
    subjects: [{role: reader}]
    actions: [read]
    resources: ['book:<[0-9]+>']
    obligations: [{log: true}]
  - uid: closed
    effect: deny
    subjects: [{$any: true}]
    actions: [{$any: true}]
    resources: [book:13]
  - uid: blocked
    effect: deny
    subjects: [{blocked: true}]
    actions: [{$any: true}]
    resources: [{$any: true}]
`;

function inquiry(resource: string, subject: object = { role: 'reader' }): string {
  return JSON.stringify({ subject, action: 'read', resource });
}

describe('`cardea check` of one inquiry', () => {
  it.each([
    [
      'an allow',
      inquiry('book:7'),
      0,
      '✓ allowed by `readers`\n  obligation: {"log":true}\n  unknown-deny: `blocked`: something that it reads is missing or of another type\n',
    ],
    [
      'a deny',
      inquiry('book:13'),
      1,
      '✗ denied by `closed`\n  unknown-deny: `blocked`: something that it reads is missing or of another type\n',
    ],
    ['neither', inquiry('film:7', { blocked: false }), 1, '✗ denied because no policy applies\n'],
  ])('tells %s by exit code and sentence', async (_what, given, exitCode, stdout) => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    expect(await cardea(['check', '-p', 'p.yaml', '-i', given], { cwd })).toEqual({ exitCode, stdout, stderr: '' });
  });

  it('decides over templates and links, wherever the two stand', async () => {
    const cwd = await folderWith({
      'templates.yaml':
        '- {uid: share, slots: [user, book], effect: allow, subjects: [{$slot: user}], actions: [read], resources: [{$slot: book}]}\n',
      'links.yaml': 'links:\n  - {template: share, values: {user: max, book: "book:7"}}\n',
    });
    const given = JSON.stringify({ subject: 'max', action: 'read', resource: 'book:7' });
    expect(await cardea(['check', '-p', '.', '-i', given], { cwd })).toEqual({
      exitCode: 0,
      stdout: '✓ allowed by `share["max","book:7"]`\n',
      stderr: '',
    });
    const alone = await cardea(['check', '-p', 'links.yaml', '-i', given], { cwd });
    expect([alone.exitCode, alone.stderr]).toEqual([
      2,
      expect.stringContaining('links.yaml:2:5: template: there is no template `share` among the policies'),
    ]);
  });

  it('reads it from a file in JSON or YAML, from stdin, and from the command line', async () => {
    const cwd = await folderWith({
      'p.yaml': POLICIES,
      'i.json': inquiry('book:7'),
      'i.yaml': 'subject: {role: reader}\naction: read\nresource: book:7\n',
    });
    const stdin = inquiry('book:7');
    const codes = [];
    for (const from of ['i.json', 'i.yaml', '-', stdin])
      codes.push((await cardea(['check', '-p', 'p.yaml', '-i', from], { cwd, stdin })).exitCode);
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  it('prints the decision of the library with --json', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    const { stdout } = await cardea(['check', '-p', 'p.yaml', '--json', '-i', inquiry('book:13', { blocked: false })], {
      cwd,
    });
    expect(JSON.parse(stdout)).toEqual({
      allowed: false,
      outcome: 'deny',
      deciders: ['closed'],
      candidates: ['closed'],
      obligations: [],
      diagnostics: [],
      revision: 1,
    });
  });

  it('takes the policies of directories in the order of their names, hidden files and foreign ones left out', async () => {
    const policy = (uid: string): string =>
      JSON.stringify([{ uid, effect: 'allow', subjects: ['s'], actions: ['a'], resources: ['r'] }]);
    const cwd = await folderWith({
      'd/b.json': policy('b'),
      'd/a/z.yml': policy('z'),
      'd/.hidden.yaml': 'x',
      'd/readme.md': 'x',
      'other.txt': policy('o'),
    });
    const { stdout } = await cardea(
      ['check', '-p', 'd', 'other.txt', 'd/b.json', '--json', '-i', '{"subject":"s","action":"a","resource":"r"}'],
      { cwd },
    );
    expect(JSON.parse(stdout)).toMatchObject({ deciders: ['z', 'b', 'o'] });
  });

  it('decides as the options say', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    const ask = async (...options: string[]): Promise<number> =>
      (await cardea(['check', '-p', 'p.yaml', ...options], { cwd })).exitCode;
    expect(await ask('-i', inquiry('book:13'), '--combining', 'allow-overrides')).toBe(0);
    expect(await ask('-i', inquiry('book:7'), '--unknown-deny')).toBe(1);
    expect(await ask('-i', inquiry('book:7'), '--checker', 'exact')).toBe(1);
  });

  it('calls the functions of a module that --functions names', async () => {
    const functions = `export const even = { name: 'my.even', meaning: 'even', call: ([n]) => n % 2 === 0 };`;
    const policy = [
      { uid: 'even', effect: 'allow', subjects: [{ n: { $custom: ['my.even'] } }], actions: ['a'], resources: ['r'] },
    ];
    const cwd = await folderWith({ 'f.mjs': functions, 'p.json': JSON.stringify(policy) });
    const ask = (n: number): ReturnType<typeof cardea> =>
      cardea(
        [
          'check',
          '-p',
          'p.json',
          '--functions',
          'f.mjs',
          '-i',
          JSON.stringify({ subject: { n }, action: 'a', resource: 'r' }),
        ],
        { cwd },
      );
    expect([(await ask(2)).exitCode, (await ask(3)).exitCode]).toEqual([0, 1]);
  });

  it('escapes control characters of policies and inquiries', async () => {
    const policy = {
      uid: 'evil\u001B[2J\u202E',
      effect: 'allow',
      subjects: ['s'],
      actions: ['a'],
      resources: ['r'],
      obligations: ['\u009B31m'],
    };
    const cwd = await folderWith({ 'p.json': JSON.stringify([policy]) });
    const { stdout } = await cardea(['check', '-p', 'p.json', '-i', '{"subject":"s","action":"a","resource":"r"}'], {
      cwd,
    });
    expect(stdout).toBe('✓ allowed by `evil\\u{1b}[2J\\u{202e}`\n  obligation: "\\u{9b}31m"\n');
  });

  it('exit code ≡ decision', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    const subjects = fc.record(
      { role: fc.constantFrom('reader', 'other'), blocked: fc.boolean() },
      { requiredKeys: [] },
    );
    const asked = fc.record(
      {
        subject: subjects,
        action: fc.constantFrom('read', 'write'),
        resource: fc.constantFrom('book:7', 'book:13', 'film'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(asked, async (given) => {
        const { exitCode, stdout } = await cardea(['check', '-p', 'p.yaml', '--json', '-i', JSON.stringify(given)], {
          cwd,
        });
        expect(exitCode).toBe((JSON.parse(stdout) as { allowed: boolean }).allowed ? 0 : 1);
      }),
      { numRuns: 100 },
    );
  });
});

describe('`cardea check` of a file of inquiries', () => {
  it('counts what was decided, and by which policies', async () => {
    const lines = [inquiry('book:7'), '', inquiry('book:13', { blocked: false }), inquiry('film', { blocked: false })];
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'i.ndjson': lines.join('\r\n') });
    expect(await cardea(['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson'], { cwd })).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        '3 inquiries in 10 ms  300 a second',
        '  allowed                            1   33.3 %',
        '  denied                             2   66.7 %',
        '    by a deny policy                 1   33.3 %',
        '    no policy applies                1   33.3 %',
        'decided by',
        '  `readers`            1',
        '  `closed`             1',
        '',
      ].join('\n'),
    });
  });

  it('answers every line and goes on after one that is wrong, with exit code 2', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    const stdin = `${inquiry('book:7')}\n{"subject":1,"subject":2}\n\xff\n${inquiry('film')}`;
    const { exitCode, stdout, stderr } = await cardea(['check', '-p', 'p.yaml', '--inquiries', '-', '--json'], {
      cwd,
      stdin: Buffer.from(stdin, 'latin1'),
    });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line?: number; decision?: { outcome: string }; issues?: unknown[] });
    expect(exitCode).toBe(2);
    expect(answers.map(({ line, decision, issues }) => [line, decision?.outcome ?? issues?.length])).toEqual([
      [1, 'allow'],
      [2, 1],
      [3, 1],
      [4, 'not-applicable'],
      [undefined, undefined],
    ]);
    expect(stderr).toBe(
      'cardea: <stdin>:2:14: subject: `subject` is named twice [CARDEA_DUPLICATE_KEY]\ncardea: <stdin>:3:1: the line is not a text in UTF-8 [CARDEA_INVALID_DOCUMENT]\n',
    );
  });

  it('tells each answer in a line with --each', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'i.ndjson': `${inquiry('book:7')}\n${inquiry('film')}` });
    const { stdout } = await cardea(['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson', '--each'], { cwd });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '       1  ✓ allow           `readers`',
      '       2  ✗ not-applicable',
    ]);
  });

  it('decides 20,000 inquiries and audits every one of them', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) =>
      inquiry(at % 4 === 0 ? 'book:13' : `book:${at}`, { role: 'reader', blocked: at % 5 === 0 }),
    );
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'i.ndjson': lines.join('\n') });
    const { exitCode, stdout } = await cardea(
      ['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson', '--json', '--audit', 'a.ndjson'],
      { cwd },
    );
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as unknown;
    const records = (await readFile(`${cwd}/a.ndjson`, 'utf8')).trim().split('\n');
    expect(exitCode).toBe(0);
    // Neither a multiple of four, nor of five, nor the thirteenth: 20,000 · 3/4 · 4/5, less one.
    expect(last).toMatchObject({ summary: { inquiries: 20_000, allowed: 11_999, denied: 8_001, invalid: 0 } });
    expect(records).toHaveLength(20_000);
    expect(JSON.parse(records[1] ?? '')).toMatchObject({
      time: '2026-11-22T12:00:00.000Z',
      effect: 'allow',
      deciders: '["readers"]',
    });
  });

  it('shows a progress bar on a terminal only, and takes it away', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'i.ndjson': inquiry('film') });
    const argv = ['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson'];
    const onTerminal = await cardea(argv, { cwd, columns: 100 });
    expect(onTerminal.stderr).toContain('░');
    // The cursor is back, and the line empty.
    expect(onTerminal.stderr).toContain('\u001B[?25h');
    expect(onTerminal.stderr.endsWith('\u001B[2K')).toBe(true);
    expect((await cardea(argv, { cwd })).stderr).toBe('');
    expect((await cardea([...argv, '--each'], { cwd, columns: 100 })).stderr).toBe('');
  });

  it('reports no more than a hundred lines that are wrong', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'i.ndjson': '[]\n'.repeat(150) });
    const { stderr } = await cardea(['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson'], { cwd });
    expect(stderr.trim().split('\n')).toHaveLength(101);
  });

  it('stops when the user interrupts', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'i.ndjson': inquiry('film') });
    const { Interrupted } = await import('../src/terminal.ts');
    const signal = AbortSignal.abort(new Interrupted(130));
    expect(await cardea(['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson'], { cwd, signal })).toEqual({
      exitCode: 130,
      stdout: '',
      stderr: '',
    });
  });
});
