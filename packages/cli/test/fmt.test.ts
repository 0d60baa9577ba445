import { chmod, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const UGLY = `# why
-   effect:   allow
    uid: a # first
    resources: ["r"]
    subjects: [ s ]
    actions: [a]
`;
const PRETTY = `# why
- uid: a # first
  effect: allow
  subjects: [s]
  actions: [a]
  resources: ["r"]
`;

describe('`cardea fmt`', () => {
  it('rewrites what is not formatted, keeps comments, and leaves the rest alone', async () => {
    const cwd = await folderWith({ 'd/ugly.yaml': UGLY, 'd/pretty.yaml': PRETTY });
    const before = await stat(join(cwd, 'd/pretty.yaml'));
    expect(await cardea(['fmt', 'd'], { cwd })).toEqual({
      exitCode: 0,
      stdout: 'd/ugly.yaml\n1 formatted, 1 unchanged\n',
      stderr: '',
    });
    expect(await readFile(join(cwd, 'd/ugly.yaml'), 'utf8')).toBe(PRETTY);
    expect((await stat(join(cwd, 'd/pretty.yaml'))).ino).toBe(before.ino);
    expect(await readdir(join(cwd, 'd'))).toEqual(['pretty.yaml', 'ugly.yaml']);
  });

  it('changes nothing with --check, and fails where it would', async () => {
    const cwd = await folderWith({ 'ugly.yaml': UGLY, 'pretty.yaml': PRETTY });
    expect(await cardea(['fmt', '--check', 'ugly.yaml', 'pretty.yaml'], { cwd })).toEqual({
      exitCode: 1,
      stdout: 'ugly.yaml\n1 would be formatted, 1 unchanged\n',
      stderr: '',
    });
    expect((await cardea(['fmt', '--check', 'pretty.yaml'], { cwd })).exitCode).toBe(0);
    expect(await readFile(join(cwd, 'ugly.yaml'), 'utf8')).toBe(UGLY);
  });

  it('writes to stdout what comes from stdin, or what --stdout asks for', async () => {
    const cwd = await folderWith({ 'ugly.yaml': UGLY });
    const formatted = { exitCode: 0, stdout: PRETTY, stderr: '' };
    expect(await cardea(['fmt', '-'], { cwd, stdin: UGLY })).toEqual(formatted);
    expect(await cardea(['fmt', '--stdout', 'ugly.yaml'], { cwd })).toEqual(formatted);
    expect(await readFile(join(cwd, 'ugly.yaml'), 'utf8')).toBe(UGLY);
  });

  it('reports in JSON', async () => {
    const cwd = await folderWith({ 'ugly.yaml': UGLY, 'pretty.yaml': PRETTY });
    const { stdout } = await cardea(['fmt', '--json', '.'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      files: [
        { file: 'pretty.yaml', changed: false },
        { file: 'ugly.yaml', changed: true },
      ],
      changed: 1,
    });
  });

  it('keeps the mode of a file, and writes through a link', async () => {
    const cwd = await folderWith({ 'real.yaml': UGLY });
    await chmod(join(cwd, 'real.yaml'), 0o640);
    await symlink('real.yaml', join(cwd, 'link.yaml'));
    await cardea(['fmt', 'link.yaml'], { cwd });
    expect((await stat(join(cwd, 'real.yaml'))).mode & 0o777).toBe(0o640);
    expect(await readFile(join(cwd, 'real.yaml'), 'utf8')).toBe(PRETTY);
  });

  it('ends where links lead in a circle, and takes a file once that two names lead to', async () => {
    const cwd = await folderWith({ 'd/pretty.yaml': PRETTY });
    await symlink('.', join(cwd, 'd/again'));
    await symlink('pretty.yaml', join(cwd, 'd/second.yaml'));
    expect((await cardea(['fmt', '--check', 'd', 'd/pretty.yaml'], { cwd })).stdout).toBe(
      '0 would be formatted, 1 unchanged\n',
    );
  });
});
