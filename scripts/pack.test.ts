import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MINUTES = 60_000;
const ROOT = join(import.meta.dirname, '..');

const COMPILERS = { 'TypeScript 5.6': 'typescript-5.6', 'TypeScript 7': 'typescript-7' } as const;
const RESOLUTIONS = {
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
  nodenext: ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
} as const;

const CASBIN_MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act`;

/** What an application does with an adapter that was written for casbin. */
const ADAPTER_SCRIPT = `import { createRequire } from 'node:module';
import { newEnforcer, newModelFromString } from 'casbin';
const require = createRequire(import.meta.url);
const { default: TypeORMAdapter } = require('typeorm-adapter');
const paths = [require.resolve('typeorm-adapter')];
console.log(require.resolve('casbin', { paths }) === require.resolve('casbin') ? 'one copy' : 'two copies');
const adapter = await TypeORMAdapter.newAdapter({ type: 'sqljs' });
const enforcer = await newEnforcer(newModelFromString(\`${CASBIN_MODEL}\`), adapter);
await enforcer.addPolicy('alice', 'data1', 'read');
await enforcer.loadPolicy();
console.log(enforcer.explainIndex().access, enforcer.enforceSync('alice', 'data1', 'read'));
`;

let folder = '';
const packed = new Map<string, readonly string[]>();

// what a consumer does: an empty project, the tarballs, and the README's first example
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-packed-'));
  run(ROOT, 'npm', ['run', '-s', 'build']);
  const tarballs = ['packages/cardea', 'packages/cli', 'packages/casbin', 'packages/server', 'packages/client'].map(
    pack,
  );
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const compilers = [
    `${COMPILERS['TypeScript 5.6']}@npm:typescript@5.6.3`,
    `${COMPILERS['TypeScript 7']}@npm:typescript@7.0.2`,
    // what an entry of the client is for
    '@nestjs/common@12.5.1',
    '@nestjs/core@12.5.1',
    // what entries of the library and of the server are for
    `nodejs-polars@${versionsOf('nodejs-polars')['nodejs-polars']}`,
    `jose@${versionsOf('jose')['jose']}`,
  ];
  run(folder, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs, ...compilers]);
  write('example.ts', firstExample(readFileSync(join(ROOT, 'README.md'), 'utf8')));
}, 5 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed tarballs', () => {
  it.each(['cardea', '@cardea/cli', '@cardea/casbin', '@cardea/server', '@cardea/client'])(
    '%s holds its licence and no tests',
    (name) => {
      const files = packed.get(name) ?? [];
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json']));
      expect(files.filter((file) => /\.test(-d)?\./.test(file) || file.includes('tsbuildinfo'))).toEqual([]);
    },
  );

  it.each(Object.keys(COMPILERS).flatMap((compiler) => Object.keys(RESOLUTIONS).map((mode) => [compiler, mode])))(
    "type-check the README's example with %s and %s resolution",
    (compiler, mode) => {
      const tsc = join('node_modules', COMPILERS[compiler as keyof typeof COMPILERS], 'bin/tsc');
      const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2023'];
      const resolution = RESOLUTIONS[mode as keyof typeof RESOLUTIONS];
      expect(run(folder, process.execPath, [tsc, ...flags, ...resolution, 'example.ts'])).toBe('');
    },
    2 * MINUTES,
  );

  it("run the README's example", () => {
    expect(run(folder, process.execPath, ['example.ts'])).not.toBe('');
  });

  it.each(['cardea', '@cardea/server', '@cardea/client'])('export something from every entry of %s', (name) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, unknown>>;
    };
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
    const code = entries.map((entry) => {
      const attributes = entry.endsWith('.json') ? " with { type: 'json' }" : '';
      return `import * as entry from '${entry.replace('.', name)}'${attributes}; print(entry);`;
    });
    for (const [at, line] of code.entries()) {
      write(`entry-${at}.js`, `const print = (entry) => console.log(Object.keys(entry).length > 0);\n${line}`);
      expect(run(folder, process.execPath, [`entry-${at}.js`]), entries[at]).toBe('true\n');
    }
  });

  it('give casbin to `import` and `require`, as one module', () => {
    const decide = `
      const model = casbin.newModelFromString(\`${CASBIN_MODEL}\`);
      casbin.newEnforcer(model, new casbin.StringAdapter('p, alice, data1, read')).then((enforcer) => {
        console.log(enforcer.enforceSync('alice', 'data1', 'read'), enforcer instanceof casbin.Enforcer);
      });`;
    write('casbin.mjs', `import * as casbin from '@cardea/casbin';${decide}`);
    write('casbin.cjs', `const casbin = require('@cardea/casbin');${decide}`);
    expect(run(folder, process.execPath, ['casbin.mjs'])).toBe('true true\n');
    expect(run(folder, process.execPath, ['casbin.cjs'])).toBe('true true\n');
    write(
      'casbin-both.mjs',
      `import { createRequire } from 'node:module'; import { Enforcer } from '@cardea/casbin';
      console.log(createRequire(import.meta.url)('@cardea/casbin').Enforcer === Enforcer);`,
    );
    expect(run(folder, process.execPath, ['casbin-both.mjs'])).toBe('true\n');
  });

  it.each(['casbin-types.mts', 'casbin-types.cts'])('have types of casbin for %s', (name) => {
    write(
      name,
      `import { type Adapter, newEnforcer, Util } from '@cardea/casbin';
      export const decide = async (adapter: Adapter): Promise<boolean> =>
        (await newEnforcer('model.conf', adapter)).enforceSync('a', Util.arrayToString(['b']), 'c');`,
    );
    const tsc = join('node_modules', COMPILERS['TypeScript 7'], 'bin/tsc');
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--types', ''];
    expect(run(folder, process.execPath, [tsc, ...flags, ...RESOLUTIONS.nodenext, name])).toBe('');
  });

  it(
    'are what an adapter finds as casbin, with the overrides of the guide',
    () => {
      const guide = readFileSync(join(ROOT, 'docs/guide/14-casbin.md'), 'utf8');
      const recipe = JSON.parse(/```json\n([^]*?)```/.exec(guide)?.[1] ?? '{}') as Manifest;
      expect(recipe.dependencies).toEqual({ casbin: 'npm:@cardea/casbin@0.1.0' });
      const dependencies = {
        cardea: `file:${tarball('cardea')}`,
        casbin: `file:${tarball('@cardea/casbin')}`,
        // the adapter requires the last of them without naming it
        ...versionsOf('typeorm-adapter', 'sql.js', 'mongodb'),
      };
      write('adapters/package.json', JSON.stringify({ ...recipe, private: true, type: 'module', dependencies }));
      write('adapters/adapter.js', ADAPTER_SCRIPT);
      const own = join(folder, 'adapters');
      run(own, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
      expect(run(own, process.execPath, ['adapter.js'])).toBe('one copy\nindexed true\n');
    },
    5 * MINUTES,
  );

  it('install the command', () => {
    const command = join(folder, 'node_modules/.bin/cardea');
    expect(run(folder, command, ['--version']).trim()).toBe('0.1.0');
    expect(run(folder, command, ['--help'])).toContain('cardea check');
    expect(run(folder, command, ['store', 'init', '--store', 'policies.db'])).toContain('store `policies.db` made');
    expect(() => run(folder, command, ['store', 'init', '--store', 'redis://h'])).toThrow('run `npm install redis`');
  });
});

it(
  'serve decisions by the command that was installed, until it is told to end',
  async () => {
    write('served/policies/p.json', JSON.stringify([READERS]));
    const cwd = join(folder, 'served');
    const argv = ['serve', '--port', '0', '--json', '--set', 'shutdown.drainMs=0'];
    const child = spawn(join(folder, 'node_modules/.bin/cardea'), argv, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(child, 'close');
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(String(line)) as { readonly url: string };
      const ask = async (type: string): Promise<unknown> => {
        const [subject, resource] = [
          { type: 'user', id: 'a' },
          { type, id: '1' },
        ];
        const body = JSON.stringify({ subject, action: { name: 'read' }, resource });
        const headers = { 'content-type': 'application/json' };
        return (await fetch(`${url}/access/v1/evaluation`, { method: 'POST', headers, body })).json();
      };
      expect([await ask('book'), await ask('door')]).toEqual([{ decision: true }, { decision: false }]);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  },
  MINUTES,
);

const READERS = {
  uid: 'readers',
  effect: 'allow',
  subjects: [{ type: 'user' }],
  actions: ['read'],
  resources: [{ type: 'book' }],
};

function pack(path: string): string {
  const output = run(join(ROOT, path), 'npm', ['pack', '--json', '--pack-destination', folder]);
  const [report] = JSON.parse(output.slice(output.indexOf('['))) as readonly PackReport[];
  if (report === undefined) throw new Error(`\`npm pack\` reported nothing for \`${path}\``);
  packed.set(
    report.name,
    report.files.map((file) => file.path),
  );
  return join(folder, report.filename);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The file that `npm pack` made of a package. */
function tarball(name: string): string {
  return join(folder, `${name.replace('@', '').replace('/', '-')}-0.1.0.tgz`);
}

/** The versions that this workspace is tested with. */
function versionsOf(...names: readonly string[]): Readonly<Record<string, string>> {
  const { devDependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  return Object.fromEntries(names.map((name) => [name, devDependencies[name] as string]));
}

interface PackReport {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

function firstExample(readme: string): string {
  const example = /^```ts\n([\s\S]*?)^```/m.exec(readme)?.[1];
  if (example === undefined) throw new Error('the README has no `ts` example');
  return example;
}

function write(name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What a command printed; throws with all its output where it fails. */
function run(cwd: string, command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`\`${command} ${args.join(' ')}\` failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
