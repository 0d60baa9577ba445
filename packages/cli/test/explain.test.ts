import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const POLICIES = `- uid: readers
  effect: allow
  subjects: [{role: reader}]
  actions: [read]
  resources: [book]
`;
const INQUIRY = '{"subject":{"role":"guest","email":"x@y"},"action":"read","resource":"book"}';

async function explain(...argv: readonly string[]): Promise<string> {
  const cwd = await folderWith({ 'p.yaml': POLICIES });
  const { exitCode, stdout, stderr } = await cardea(['explain', '-p', 'p.yaml', '-i', INQUIRY, ...argv], { cwd });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

describe('`cardea explain`', () => {
  it('draws a tree', async () => {
    expect(await explain()).toBe(`✗ denied: no policy applies
└─ ✗ allow \`readers\` near-miss
   ├─ ✗ subjects
   │  └─ ✗ 0: subject.role == "reader"  (subject.role = "guest")
   ├─ ✓ actions
   │  └─ ✓ 0: action == "read"  (action = "read")
   ├─ ✓ resources
   │  └─ ✓ 0: resource == "book"  (resource = "book")
   └─ it would apply if
      └─ subject.role is \`guest\`; must equal \`reader\`
`);
  });

  it('tells it in sentences with --format text', async () => {
    expect(await explain('--format', 'text')).toBe(`denied: no policy applies
allow \`readers\` would apply if
  - subject.role is \`guest\`; must equal \`reader\`
`);
  });

  it('prints the explanation of the library with --json, redacted where that was asked for', async () => {
    const explanation: unknown = JSON.parse(await explain('--json', '--redact', 'subject.email'));
    expect(explanation).toMatchObject({
      decision: { allowed: false, outcome: 'not-applicable' },
      inquiry: { subject: { role: 'guest', email: '[redacted]' } },
      policies: [{ uid: 'readers', role: 'near-miss', firstFailed: 'subjects' }],
      others: { count: 0 },
    });
  });

  it('shows as many policies that do not apply as --limit says', async () => {
    expect(await explain('--limit', '0')).toBe(`✗ denied: no policy applies
└─ 1 other policy does not apply: 1 at subjects
`);
  });

  it('cuts the lines of the tree to the width of a terminal, and colours them there only', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    const argv = ['explain', '-p', 'p.yaml', '-i', INQUIRY];
    const { stdout } = await cardea(argv, { cwd, columns: 40, env: { FORCE_COLOR: '1' } });
    const lines = stdout
      .replace(/\u001B\[\d+m/g, '')
      .trimEnd()
      .split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(40);
    expect(lines[3]).toBe('   │  └─ ✗ 0: subject.role == "reader" …');
    expect(stdout).toContain('\u001B[31m✗\u001B[39m');
  });

  it.each([
    ['on a terminal', { columns: 80 }, [], true],
    ['into a pipe', {}, [], false],
    ['into a pipe with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, [], true],
    ['on a terminal with NO_COLOR', { columns: 80, env: { NO_COLOR: '1' } }, [], false],
    ['on a terminal with --no-color', { columns: 80, env: { FORCE_COLOR: '1' } }, ['--no-color'], false],
    ['on a dumb terminal', { columns: 80, env: { TERM: 'dumb' } }, [], false],
  ] as const)('is coloured as it should be %s', async (_where, world, flags, coloured) => {
    const cwd = await folderWith({ 'p.yaml': POLICIES });
    const { stdout } = await cardea(['explain', '-p', 'p.yaml', '-i', INQUIRY, ...flags], { cwd, ...world });
    expect(stdout.includes('\u001B[')).toBe(coloured);
  });
});
