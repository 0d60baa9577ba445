import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const ALLOW_ALL =
  '- {uid: all, effect: allow, subjects: [{$any: true}], actions: [{$any: true}], resources: [{$any: true}]}\n';
const NEVER = `# the name cannot be both
- uid: never
  effect: allow
  subjects: [{name: {$and: [{$eq: a}, {$eq: b}]}}]
  actions: [read]
  resources: [book]
`;
const FINE = '- {uid: fine, effect: allow, subjects: [max], actions: [read], resources: [book]}\n';

const OPEN =
  '- {uid: open, effect: allow, subjects: [{role: {$notEq: a}}], actions: [{$any: true}], resources: [<.+>]}\n';

describe('`cardea lint`', () => {
  it('tells findings with file, position, policy and code, and fails where one is an error', async () => {
    const cwd = await folderWith({ 'p/never.yaml': NEVER, 'p/all.yaml': ALLOW_ALL });
    const { exitCode, stdout, stderr } = await cardea(['lint', 'p'], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout.split('\n').filter((_, at) => at % 2 === 0)).toEqual([
      'p/all.yaml:1:3  warning  allow-all  `all`',
      'p/never.yaml:2:3  error  unreachable  `never` subjects',
      '1 error, 1 warning, 0 notes in 2 policies',
    ]);
  });

  it.each([
    ['nothing to report', FINE, [], 0],
    ['a warning', ALLOW_ALL, [], 0],
    ['a warning, strictly', ALLOW_ALL, ['--strict'], 1],
    ['a note, strictly', OPEN, ['--strict'], 0],
    ['an error', NEVER, [], 1],
  ] as const)('ends with the exit code of %s', async (_what, text, flags, exitCode) => {
    const cwd = await folderWith({ 'p.yaml': text });
    expect((await cardea(['lint', 'p.yaml', ...flags], { cwd })).exitCode).toBe(exitCode);
  });

  it('says which policies are held against every inquiry, and why', async () => {
    const { stdout } = await cardea(['lint', '-'], { stdin: OPEN });
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'note residual-policy `open` is held against every inquiry: `subject.role` is only told what',
    );
    expect(text).toContain('0 errors, 0 warnings, 1 note in 1 policy');
  });

  it('praises what it finds nothing in, and reads stdin', async () => {
    expect(await cardea(['lint', '-'], { stdin: FINE })).toEqual({
      exitCode: 0,
      stdout: '✓ nothing to report in 1 policy\n',
      stderr: '',
    });
  });

  it('prints findings and counts with --json', async () => {
    const cwd = await folderWith({ 'p.yaml': ALLOW_ALL });
    const { stdout } = await cardea(['lint', 'p.yaml', '--json'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          code: 'allow-all',
          severity: 'warning',
          uid: 'all',
          path: [],
          message: expect.any(String) as string,
          file: 'p.yaml',
          line: 1,
          column: 3,
        },
      ],
      errors: 0,
      warnings: 1,
      infos: 0,
      policies: 1,
    });
  });
});
