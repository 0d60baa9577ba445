import { type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../packages/cardea/src/syntax/document/index.ts';
import { anchorsOf, type CodeBlock, codeBlocks, relativeLinks } from './markdown.ts';

const MINUTES = 60_000;
const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.build/docs');
const EXAMPLES = /^(?:README\.md|docs\/(?:guide|migrate|storages)\/.*\.md)$/;
/** What `npm pack` copies from the root. */
const COPIES = /^packages\/(?:cardea\/README|[^/]*\/CHANGELOG)\.md$/;

interface Example extends CodeBlock {
  readonly path: string;
  readonly place: string;
  readonly file: string;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const documents = markdownFiles(ROOT).filter((path) => !COPIES.test(path));
const examples = documents.filter((path) => EXAMPLES.test(path)).flatMap((path) => blocksOf(path, /^ts\b/));
const runs = new Map<string, Run>();
let typeErrors = '';

// A program for each block: none leans on another, so that a reader can copy any of them.
beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { file, code } of examples) writeFileSync(join(FOLDER, file), code);
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const checked = node([tsc, '-p', FOLDER, '--pretty', 'false']);
  const waiting = examples.filter(({ info }) => info === 'ts');
  const work = Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      runs.set(next.file, await node(['--conditions=cardea-source', join(FOLDER, next.file)]));
    }
  });
  await Promise.all(work);
  const { stdout, stderr } = await checked;
  typeErrors = stdout + stderr;
}, 5 * MINUTES);

const TSCONFIG = {
  extends: '../../tsconfig.base.json',
  compilerOptions: { noEmit: true, types: ['node'], incremental: false },
  include: ['*.ts'],
};

describe('the examples of the documentation', () => {
  it('are there, and the compiler takes them', () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(typeErrors.split('\n').filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it.each(examples)('$place compiles', ({ file }) => {
    expect(typeErrors.split('\n').filter((line) => line.includes(`${file}(`))).toEqual([]);
  });

  it.each(examples.filter(({ info }) => info === 'ts'))(
    '$place runs and prints what it says',
    ({ file, output: said }) => {
      const { code, stdout, stderr } = runs.get(file) as Run;
      expect(stderr).toBe('');
      expect(code).toBe(0);
      if (said !== undefined) expect(stdout).toBe(said);
    },
  );
});

describe('the policy documents of the documentation', () => {
  const blocks = documents.filter((path) => EXAMPLES.test(path)).flatMap((path) => blocksOf(path, /^yaml\b/));

  it.each(blocks)('$place is right', ({ code }) => {
    expect(parseDocument(code)).toMatchObject({ ok: true });
  });
});

describe('the sessions of the documentation', () => {
  const sessions = documents.filter((path) => EXAMPLES.test(path)).flatMap((path) => blocksOf(path, /^console$/));

  it.each(sessions)('$place goes as it says', async ({ path, file, code }) => {
    const folder = sessionFolder(path, file);
    const env = { ...process.env, NO_COLOR: '1', PATH: `${folder}/bin${delimiter}${process.env['PATH']}` };
    const lines: string[] = [];
    for (const [, command = ''] of code.matchAll(/^\$ (.+)$/gm)) {
      const { stdout, stderr } = await run('sh', ['-c', command], { cwd: folder, env });
      lines.push(`$ ${command}\n${stdout}${stderr}`);
    }
    expect(lines.join('')).toBe(code);
  });
});

describe('the links of the documentation', () => {
  it.each(documents)('%s leads to files and headings that exist', (path) => {
    const links = relativeLinks(readFileSync(join(ROOT, path), 'utf8'));
    expect(links.filter((link) => !leadsSomewhere(path, link))).toEqual([]);
  });

  it('lead from the index to every page', () => {
    const linked = relativeLinks(readFileSync(join(ROOT, 'docs/index.md'), 'utf8')).map((link) => `docs/${link}`);
    const pages = documents.filter((path) => path.startsWith('docs/') && path !== 'docs/index.md');
    expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
  });
});

function blocksOf(path: string, info: RegExp): readonly Example[] {
  const blocks = codeBlocks(readFileSync(join(ROOT, path), 'utf8'));
  return blocks
    .filter((block) => info.test(block.info))
    .map((block) => {
      const name = path.replace(/\.md$/, '').replaceAll('/', '-');
      return { ...block, path, place: `${path}:${block.line}`, file: `${name}-${block.line}.ts` };
    });
}

/** A folder with the command `cardea`, and the files that a page names behind its fences: `yaml policies.yaml`. */
function sessionFolder(path: string, name: string): string {
  const folder = join(FOLDER, `${name}-session`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const command = join(folder, 'bin/cardea');
  const bin = join(ROOT, 'packages/cli/src/bin.ts');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' --conditions=cardea-source '${bin}' "$@"\n`);
  chmodSync(command, 0o755);
  for (const { info, code } of blocksOf(path, /^\w+ [\w-]+\.\w+$/)) {
    writeFileSync(join(folder, info.split(' ')[1] as string), code);
  }
  return folder;
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(ROOT, from) : resolve(ROOT, dirname(from), decodeURI(path));
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
}

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.') || ['node_modules', 'dist', 'coverage'].includes(name)) return [];
    if (statSync(path).isDirectory()) return markdownFiles(path);
    return name.endsWith('.md') ? [relative(ROOT, path).replaceAll('\\', '/')] : [];
  });
}

function node(args: readonly string[]): Promise<Run> {
  return run(process.execPath, args);
}

/** Runs a command to its end. */
function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Run> {
  const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code, ...said }));
  });
}
