import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cardea } from './fake-terminal.ts';

async function script(shell: string): Promise<string> {
  return (await cardea(['completion', shell])).stdout;
}

describe('`cardea completion`', () => {
  it.each([
    [['che'], ['check']],
    [
      ['check', '--inq'],
      ['--inquiry', '--inquiries'],
    ],
    [['check', '--checker', 're'], ['regex']],
    [['client', 'se'], ['search']],
    [['import', 'v'], ['vakt']],
    [
      ['store', 'im'],
      ['import', 'import-vakt'],
    ],
    [['store', '--if'], ['--if-revision']],
    [
      ['store', 'im'],
      ['import', 'import-vakt'],
    ],
    [['store', '--if'], ['--if-revision']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--no-color', '--help'],
    ],
  ])('for bash completes %j', async (words, expected) => {
    const typed = ['cardea', ...words].map((word) => `'${word}'`).join(' ');
    const program = `${await script('bash')}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _cardea; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout.trim().split('\n')).toEqual(expected);
  });

  it.each(['zsh', 'fish'])('for %s names every command and its options', async (shell) => {
    const text = await script(shell);
    for (const word of ['check', 'explain', 'lint', 'verify', 'fmt', 'import', 'store', 'schema', 'completion'])
      expect(text).toContain(word);
    expect(text).toContain('deny-overrides');
  });
});

describe('`cardea schema`', () => {
  it('prints that of the configuration of a server', async () => {
    const { exitCode, stdout } = await cardea(['schema', 'config']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ properties: { listen: { properties: { port: { default: 8080 } } } } });
  });

  it('prints a JSON Schema of 2020-12', async () => {
    const { exitCode, stdout } = await cardea(['schema']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
  });
});

const STORE = [
  ['store'],
  ...['init', 'status', 'import', 'import-vakt', 'export', 'migrate'].map((name) => ['store', name]),
  ...['up', 'down', 'status'].map((name) => ['store', 'migrate', name]),
];

describe('`cardea --help`', () => {
  it.each([
    [],
    ['check'],
    ['explain'],
    ['lint'],
    ['verify'],
    ['fmt'],
    ['import', 'vakt'],
    ['serve'],
    ['schema'],
    ['completion'],
    ...STORE,
  ])('of %j %j has examples, and no line is wider than a terminal', async (...command) => {
    const { exitCode, stdout, stderr } = await cardea([...command, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Examples:\n  ');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('tells the version', async () => {
    expect((await cardea(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
