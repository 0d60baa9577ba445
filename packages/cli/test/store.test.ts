import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith, type Ran } from './fake-terminal.ts';

const POLICIES = `policies:
  - uid: readers
    effect: allow
    subjects: [{role: reader}]
    actions: [read]
    resources: ['book:<[0-9]+>']
  - uid: closed
    effect: deny
    subjects: [{$any: true}]
    actions: [{$any: true}]
    resources: [book:13]
  - uid: share
    slots: [user, book]
    effect: allow
    subjects: [{$slot: user}]
    actions: [read]
    resources: [{$slot: book}]
links:
  - {template: share, values: {user: max, book: "film:7"}}
`;
const CHANGED = POLICIES.replace('book:13', 'book:14');

function inquiry(resource: string, subject: unknown = { role: 'reader' }): string {
  return JSON.stringify({ subject, action: 'read', resource });
}

/** Runs command lines one after the other in a folder, over its `p.db`. */
async function session(files: Readonly<Record<string, string>> = { 'p.yaml': POLICIES }) {
  const cwd = await folderWith(files);
  const run = (line: string, more: readonly string[] = []): Promise<Ran> =>
    cardea([...line.split(' '), ...more], { cwd, env: { CARDEA_STORE: 'p.db' } });
  return { cwd, run };
}

const ok = (stdout: string): Ran => ({ exitCode: 0, stdout, stderr: '' });

describe('`cardea store init`', () => {
  it('makes a store where there is none, and leaves one that is there alone', async () => {
    const { cwd, run } = await session();
    const made = await run('store init');
    expect(made.stdout).toMatch(/^✓ store `p\.db` made: sqlite, version \d+\n$/);
    await run('store import p.yaml');
    expect((await run('store init')).stdout).toContain('store `p.db` there already: sqlite');
    expect((await run('store status')).stdout).toContain('policies   3');
    expect(await run('store init --json')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await run('store init --json')).stdout)).toMatchObject({
      store: 'p.db',
      kind: 'sqlite',
      created: false,
    });
    expect((await readdir(cwd)).filter((name) => name.endsWith('.db'))).toEqual(['p.db']);
  });
});

describe('`cardea store import`', () => {
  it('makes the store, and tells what it added', async () => {
    const { run } = await session();
    expect(await run('store import p.yaml')).toEqual(ok('3 added, 1 linked\nstore `p.db` is now at revision 1\n'));
    expect(await run('store import p.yaml')).toEqual(ok('3 unchanged\nstore `p.db` is now at revision 1\n'));
    expect(JSON.parse((await run('store import p.yaml --json')).stdout)).toEqual({
      store: 'p.db',
      revision: 1,
      added: 0,
      updated: 0,
      moved: 0,
      deleted: 0,
      unchanged: 3,
      linked: 0,
      unlinked: 0,
      dryRun: false,
    });
  });

  it('refuses what would replace a policy, all of it at once, and changes nothing', async () => {
    const { run } = await session({ 'p.yaml': POLICIES, 'new.yaml': CHANGED.replace('uid: readers', 'uid: more') });
    await run('store import p.yaml');
    expect(await run('store import new.yaml')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'cardea: new.yaml:7:5: the store has another policy `closed`: --update replaces it [CARDEA_POLICY_EXISTS]\n',
    });
    expect((await run('store status')).stdout).toContain('revision   1\npolicies   3\n');
  });

  it('replaces with --update, and deletes with --replace', async () => {
    const only = POLICIES.slice(0, POLICIES.indexOf('  - uid: share'));
    const { run } = await session({ 'p.yaml': POLICIES, 'new.yaml': CHANGED, 'only.yaml': only });
    await run('store import p.yaml');
    expect((await run('store import new.yaml --update')).stdout).toBe(
      '1 updated, 2 unchanged\nstore `p.db` is now at revision 2\n',
    );
    expect((await run('store import only.yaml --replace --dry-run')).stdout).toBe(
      '1 updated, 1 deleted, 1 unlinked, 1 unchanged\nstore `p.db` would change, at revision 2\n',
    );
    expect((await run('store import only.yaml --replace')).stdout).toContain('is now at revision 3');
    expect((await run('store status')).stdout).toContain('policies   2\ntemplates  0\nlinks      0\n');
  });

  it('changes nothing where the store is at another revision than --if-revision', async () => {
    const { run } = await session();
    expect((await run('store import p.yaml --if-revision 0')).exitCode).toBe(0);
    expect(await run('store import p.yaml --if-revision 0')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'cardea: the store is at revision 1, not at 0 [CARDEA_CONFLICT]\n',
    });
  });

  it('writes in parts with --batch, with a bar on a terminal', async () => {
    const { cwd, run } = await session();
    expect((await run('store import p.yaml --batch 2')).stdout).toContain('is now at revision 2');
    const argv = ['store', 'import', 'p.yaml', '--store', 'other.db', '--batch', '1'];
    const { stderr, exitCode } = await cardea(argv, { cwd, columns: 100 });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('░');
    expect(stderr.endsWith('\u001B[2K')).toBe(true);
  });

  it('reads documents of stdin, and links whose template the store has', async () => {
    const { cwd, run } = await session();
    await run('store import p.yaml');
    const stdin = 'links: [{template: share, values: {user: nina, book: "film:8"}}]';
    const linked = await cardea(['store', 'import', '-', '-s', 'p.db'], { cwd, stdin });
    expect(linked.stdout).toContain('1 linked');
    const wrong = stdin.replace('share', 'nobody');
    expect(await cardea(['store', 'import', '-', '-s', 'p.db'], { cwd, stdin: wrong })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no template `nobody` to link'),
    });
  });
});

describe('`check`, `explain` and `lint` of a store', () => {
  it('decide as over the documents', async () => {
    const { run } = await session();
    await run('store import p.yaml');
    for (const asked of [inquiry('book:7'), inquiry('book:13'), inquiry('film:7', 'max'), inquiry('film:8', 'max')]) {
      for (const command of ['check', 'explain']) {
        const stored = await run(command, ['-i', asked]);
        expect(stored).toEqual(await run(`${command} -p p.yaml`, ['-i', asked]));
        expect(stored.stderr).toBe('');
      }
    }
    expect((await run('lint')).stdout).toBe('✓ nothing to report in 3 policies\n');
  });

  it('decide a file of inquiries', async () => {
    const { run } = await session({ 'p.yaml': POLICIES, 'i.ndjson': `${inquiry('book:7')}\n${inquiry('book:13')}\n` });
    await run('store import p.yaml');
    const { stdout } = await run('check --inquiries i.ndjson --json');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ summary: { allowed: 1, denied: 1 } });
  });

  it('say which store a finding is in', async () => {
    const { run } = await session({
      'all.yaml':
        '- {uid: all, effect: allow, subjects: [{$any: true}], actions: [{$any: true}], resources: [{$any: true}]}\n',
    });
    await run('store import all.yaml');
    expect((await run('lint')).stdout).toMatch(/^p\.db {2}warning {2}allow-all {2}`all`/);
    expect(JSON.parse((await run('lint --json')).stdout)).toMatchObject({ findings: [{ file: 'p.db' }], policies: 1 });
  });

  it('never make a store, and take one of the command line before that of the environment', async () => {
    const { cwd, run } = await session();
    for (const line of [
      'check',
      'explain',
      'lint',
      'store status',
      'store export',
      'store migrate status',
      'store import p.yaml --dry-run',
    ])
      expect(await run(line, line === 'check' || line === 'explain' ? ['-i', '{}'] : [])).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: 'cardea: there is no store at `p.db`: `cardea store init` makes one [CARDEA_IO]\n',
      });
    expect(await readdir(cwd)).toEqual(['p.yaml']);
    expect((await run('check -p p.yaml', ['-i', inquiry('book:7')])).exitCode).toBe(0);
    expect((await run('lint p.yaml')).exitCode).toBe(0);
    expect((await run('store status --store x.db')).stderr).toContain('no store at `x.db`');
  });

  it('refuse a file that is no store, or no database', async () => {
    const { cwd, run } = await session({ 'p.db': '' });
    expect((await run('lint')).stderr).toBe(
      'cardea: there is no store in `p.db`: `cardea store init` makes one [CARDEA_MIGRATION]\n',
    );
    expect((await stat(join(cwd, 'p.db'))).size).toBe(0);
    await writeFile(join(cwd, 'p.db'), POLICIES.repeat(10));
    expect((await run('lint')).stderr).toBe('cardea: the store `p.db`: file is not a database [CARDEA_IO]\n');
    expect(await readFile(join(cwd, 'p.db'), 'utf8')).toBe(POLICIES.repeat(10));
  });

  it('call functions that --functions names, those of imported vakt policies by `vakt`', async () => {
    const functions = `export const even = { name: 'my.even', meaning: 'even', call: ([n]) => n % 2 === 0 };`;
    const policy =
      '- {uid: even, effect: allow, subjects: [{n: {$custom: [my.even]}}], actions: [read], resources: [r]}\n';
    const { run } = await session({ 'f.mjs': functions, 'p.yaml': policy });
    expect((await run('store import p.yaml')).stderr).toContain('CARDEA_UNKNOWN_FUNCTION');
    expect((await run('store import p.yaml --functions f.mjs')).exitCode).toBe(0);
    const asked = ['-i', inquiry('r', { n: 2 })];
    expect((await run('check --functions f.mjs vakt', asked)).exitCode).toBe(0);
    expect((await run('check', asked)).exitCode).toBe(1);
  });
});

describe('`cardea store export`', () => {
  it('writes documents that make an equal store', async () => {
    const { cwd, run } = await session();
    await run('store import p.yaml');
    const { stdout } = await run('store export');
    expect(stdout).toMatch(/^policies:\n {2}- uid: readers\n/);
    expect(stdout).toContain('links:\n  - template: share\n');
    expect(await cardea(['store', 'import', '-', '-s', 'q.db', '--replace'], { cwd, stdin: stdout })).toMatchObject({
      exitCode: 0,
    });
    expect((await run('store export --store q.db')).stdout).toBe(stdout);
  });

  it('writes a file, or a new directory, whole or not at all', async () => {
    const { cwd, run } = await session();
    await run('store import p.yaml');
    expect(await run('store export -o out.json')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '3 policies and 1 links of revision 1\nwritten to out.json\n',
    });
    expect(JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8'))).toMatchObject({ policies: { length: 3 } });
    const { stdout } = await run('store export -o parts/ --json');
    expect(JSON.parse(stdout)).toEqual({
      store: 'p.db',
      revision: 1,
      policies: 3,
      links: 1,
      files: ['parts/00001.yaml', 'parts/00002.yaml'],
    });
    expect((await run('store import parts --replace')).stdout).toContain('3 unchanged');
    expect((await run('store export -o parts/')).stderr).toBe(
      'cardea: cannot write `parts/`: it is there and not empty [CARDEA_IO]\n',
    );
    await mkdir(join(cwd, 'empty'));
    expect((await run('store export -o empty/')).exitCode).toBe(0);
    expect((await readdir(cwd)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('writes nothing over a file where the store cannot be read', async () => {
    const { cwd, run } = await session({ 'out.yaml': 'kept' });
    expect((await run('store export -o out.yaml')).exitCode).toBe(2);
    expect(await readFile(join(cwd, 'out.yaml'), 'utf8')).toBe('kept');
  });
});

describe('`cardea store migrate`', () => {
  it('goes down only with --yes, and up again', async () => {
    const { run } = await session();
    await run('store import p.yaml');
    const { version } = JSON.parse((await run('store migrate status --json')).stdout) as { version: number };
    expect(await run('store migrate down 0')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `cardea: from version ${version} down to 0 all policies and links are deleted: --yes if that is meant [CARDEA_INVALID_ARGUMENT]\n`,
    });
    expect((await run('store status')).stdout).toContain('policies   3');
    expect((await run('store migrate down 0 --yes')).stdout).toContain(
      `store \`p.db\` outdated, version 0 of ${version}\n`,
    );
    expect((await run('store migrate status')).exitCode).toBe(1);
    const status = await run('store status');
    expect([status.exitCode, status.stdout]).toEqual([
      1,
      'store      p.db\nkind       sqlite\nversion    none: run cardea store init\n',
    ]);
    expect((await run('store migrate up')).stdout).toMatch(
      /^store `p\.db` current, version (\d+) of \1\n✓ {3}1 applied /,
    );
    expect((await run('store migrate up 99')).exitCode).toBe(2);
    expect((await run('store status')).stdout).toContain('policies   0');
  });
});

describe('`cardea store status`', () => {
  it('tells what is there, and counts nothing with --quick', async () => {
    const { run } = await session();
    await run('store import p.yaml');
    const { stdout } = await run('store status --json');
    expect(JSON.parse(stdout)).toMatchObject({
      store: 'p.db',
      kind: 'sqlite',
      state: 'current',
      revision: 1,
      policies: 3,
      templates: 1,
      links: 1,
      residual: 0,
    });
    expect(JSON.parse((await run('store status --json --quick')).stdout)).not.toHaveProperty('policies');
  });
});
