import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith, type World } from './fake-terminal.ts';

const GOOD = '- uid: a\n  effect: allow\n  subjects: [s]\n  actions: [a]\n  resources: [r]\n';
const FILES = {
  'good.yaml': GOOD,
  'good.json': '{"subject":"s"}',
  'unformatted.yaml': '-   effect: allow\n    uid: a\n    subjects: [s]\n    actions: [a]\n    resources: [r]\n',
  'broken.yaml': '- uid: a\n  effect: [allow\n',
  'two.yaml': `${GOOD}${GOOD}`,
  'wrong.yaml':
    '- uid: a\n  effect: permit\n  subjects: [{ $eqq: 1 }]\n  actions: []\n  resources: ["<a"]\n  colour: red\n',
  'proto.json': '[{"uid":"a","effect":"allow","subjects":["s"],"actions":["a"],"resources":["r"],"__proto__":{}}]',
  'function.yaml': '- {uid: f, effect: deny, subjects: [{$custom: [no.such]}], actions: [a], resources: [r]}\n',
  'catastrophic.yaml': "- {uid: p, effect: allow, subjects: ['<(a)\\1>'], actions: [a], resources: [r]}\n",
  'deep.yaml': '['.repeat(100_000),
  'bomb.yaml': bomb(8),
  'latin1.yaml': Buffer.from('- uid: caf\xe9\n', 'latin1'),
  'empty.yaml': '',
  'directory/readme.md': 'no policies here',
  'lines.ndjson': '{"subject":"s"}\n{"subject":\n',
  'module.mjs': 'export const nothing = 1;',
  'throws.mjs': 'throw new Error("boom");',
  'vakt.json': '{"uid": "1", "effect": "allow"',
  'tables.json': '{"vakt_policies": []}',
  'number.json': '[1, 2]',
} as const;

/** What is on the command line, and what must be said of it. */
const CASES: readonly (readonly [argv: string, ...stderr: string[]])[] = [
  ['', 'cardea: name a command; `cardea --help` lists them'],
  ['chekc', 'cardea: unknown command `chekc` (did you mean check?)'],
  ['--colour', 'cardea: unknown option `--colour`'],
  ['check', 'cardea: name what to decide: --inquiry or --inquiries'],
  ['check -i {}', 'cardea: name the policies: --policies <path...>'],
  ['check -p good.yaml', 'cardea: name what to decide: --inquiry or --inquiries'],
  ['check -p', 'cardea: option `-p, --policies <path...>` argument missing'],
  ['check -p  -i {}', 'cardea: an argument is empty at `-p`: is a variable not set?'],
  ['check --policies= -i {}', 'cardea: an argument is empty at `--policies=`: is a variable not set?'],
  ['check -p good.yaml -i ', 'cardea: an argument is empty at `-i`: is a variable not set?'],
  ['lint ', 'cardea: an argument is empty at `lint`: is a variable not set?'],
  ['check -p good.yaml -i {} --inquiries lines.ndjson', 'cardea: --inquiry and --inquiries exclude each other'],
  ['check -p good.yaml -i {} --each', 'cardea: --each goes with --inquiries'],
  ['check -p - -i -', 'cardea: stdin can be read once'],
  ['check -p good.yaml -i {} --polices x', 'cardea: unknown option `--polices` (did you mean --policies?)'],
  [
    'check -p good.yaml -i {} --checker regx',
    'cardea: option `--checker <name>` argument `regx` is invalid; allowed choices are default,',
  ],
  ['check -p good.yaml -i {} --combining any', 'cardea: option `--combining <name>` argument `any` is invalid'],
  ['check -p missing.yaml -i {}', 'cardea: missing.yaml: cannot be read: there is no such file or directory'],
  ['check -p directory -i {}', 'cardea: directory: holds no `.yaml`, `.yml` or `.json` file'],
  ['check -p broken.yaml -i {}', 'cardea: broken.yaml:3:1: '],
  ['check -p empty.yaml -i {}', 'cardea: empty.yaml:1:1: the document is empty'],
  ['check -p two.yaml -i {}', 'cardea: two.yaml:6:3: [1].uid: uid `a` is also that of the policy at `two.yaml:1`'],
  [
    'check -p wrong.yaml missing.yaml -i {}',
    'cardea: missing.yaml: cannot be read',
    'cardea: wrong.yaml:6:3: [0].colour: unknown member `colour`',
    'cardea: wrong.yaml:2:3: [0].effect: ',
    'cardea: wrong.yaml:4:3: [0].actions: ',
    'cardea: wrong.yaml:3:16: [0].subjects[0].$eqq: unknown rule `$eqq`',
    'cardea: wrong.yaml:5:15: [0].resources[0]: ',
  ],
  ['check -p proto.json -i {}', 'cardea: proto.json:1:81: [0].__proto__: '],
  ['check -p function.yaml -i {}', 'cardea: function.yaml:1:37: [0].subjects[0]: '],
  ['check -p catastrophic.yaml -i {}', 'cardea: catastrophic.yaml:1:38: [0].subjects[0]: '],
  ['check -p deep.yaml -i {}', 'cardea: deep.yaml:1:6'],
  ['check -p latin1.yaml -i {}', 'cardea: latin1.yaml: is not a text in UTF-8'],
  ['check -p good.yaml -i missing.json', 'cardea: missing.json: cannot be read: there is no such file or directory'],
  ['check -p good.yaml -i directory', 'cardea: directory: cannot be read: it is a directory'],
  ['check -p good.yaml -i {"subject":1,"subject":2}', 'cardea: --inquiry:1:14: subject: `subject` is named twice'],
  ['check -p good.yaml -i {"subject"', 'cardea: --inquiry:1:11: subject: expected `:`'],
  [
    'check -p good.yaml -i {"user":1,"context":2}',
    'cardea: --inquiry:1:2: user: unknown member `user`',
    'cardea: --inquiry:1:11: context: a context is a dictionary',
  ],
  ['check -p good.yaml -i {"__proto__":1}', 'cardea: --inquiry:1:2: __proto__: unknown member'],
  ['check -p good.yaml -i -', 'cardea: <stdin>:1:1: the text is empty: there is no inquiry'],
  [
    'check -p good.yaml --inquiries missing.ndjson',
    'cardea: `missing.ndjson` cannot be read: there is no such file or directory',
  ],
  ['check -p good.yaml --inquiries directory', 'cardea: `directory` cannot be read: it is a directory'],
  [
    'check -p good.yaml -i {} --audit directory',
    'cardea: the audit file `directory` cannot be written: it is a directory',
  ],
  [
    'check -p good.yaml -i {} --audit /dev/full',
    'cardea: the audit file `/dev/full` cannot be written: the disk is full',
  ],
  [
    'check -p good.yaml --inquiries lines.ndjson --audit /dev/full',
    'cardea: lines.ndjson:2:12: ',
    'cardea: the audit file `/dev/full` cannot be written: the disk is full',
  ],
  ['check -p good.yaml -i {} --functions missing.mjs', 'cardea: the module `missing.mjs` cannot be loaded'],
  [
    'check -p good.yaml -i {} --functions module.mjs',
    'cardea: the module `module.mjs` exports no function definitions',
  ],
  ['check -p good.yaml -i {} --functions throws.mjs', 'cardea: the module `throws.mjs` cannot be loaded: boom'],
  ['check -p good.yaml -i {}\u001B[2J', 'cardea: --inquiry:1:3: the character U+001B is not allowed'],
  ['explain -p good.yaml', 'cardea: name what to explain: --inquiry'],
  ['explain -p good.yaml -i {} --limit -1', 'cardea: option `--limit <count>` argument `-1` is invalid'],
  ['explain -p good.yaml -i {} --format svg', 'cardea: option `--format <format>` argument `svg` is invalid'],
  ['explain -p broken.yaml -i {}', 'cardea: broken.yaml:3:1: '],
  ['lint', 'cardea: name the policies: <path...> or --store <url>'],
  ['lint missing.yaml', 'cardea: missing.yaml: cannot be read'],
  [
    'lint wrong.yaml',
    'cardea: wrong.yaml:6:3: ',
    'cardea: wrong.yaml:2:3: ',
    'cardea: wrong.yaml:4:3: ',
    'cardea: wrong.yaml:3:16: ',
    'cardea: wrong.yaml:5:15: ',
  ],
  ['fmt', 'cardea: missing required argument `path`'],
  ['fmt unformatted.yaml broken.yaml', 'cardea: broken.yaml:3:1: '],
  ['fmt unformatted.yaml missing.yaml', 'cardea: missing.yaml: cannot be read'],
  ['fmt --check --stdout good.yaml', 'cardea: --check and --stdout exclude each other'],
  ['fmt - good.yaml', 'cardea: stdin is formatted alone'],
  ['import', 'cardea: name a command; `cardea import --help` lists them'],
  ['import oso x', 'cardea: unknown command `oso`'],
  ['import vakt', 'cardea: missing required argument `file`'],
  ['import vakt vakt.json', 'cardea: name the checker that the guard of vakt used: --checker <name>'],
  ['import vakt vakt.json --checker regex -o out.yaml', 'cardea: vakt.json:1:31: '],
  ['import vakt missing.json --checker regex', 'cardea: missing.json: cannot be read'],
  [
    'import vakt tables.json --format sql --checker regex',
    'cardea: tables.json: the tables of vakt are one object: `vakt_policy_subjects` is no list of rows',
  ],
  ['import vakt number.json --format redis --checker regex', 'cardea: number.json: a value of Redis is a string'],
  ['import vakt a b --format sql --checker regex', 'cardea: --format sql takes one file'],
  ['check -i {} --store p.db -p good.yaml', 'cardea: --policies <path...> and --store exclude each other'],
  ['check -i {} --store p.db', 'cardea: there is no store at `p.db`: `cardea store init` makes one'],
  ['check -i {} --store directory', 'cardea: the store `directory` is no file'],
  ['check -i {} --store empty.yaml', 'cardea: there is no store in `empty.yaml`: `cardea store init` makes one'],
  ['check -i {} --store good.yaml', 'cardea: the store `good.yaml`: file is not a database'],
  ['check -i {} --store http://u:secret@h/d', 'cardea: a store is a file or a URL of sqlite, postgres, '],
  ['explain -i {} --store sqlite::memory:', 'cardea: a store in memory is gone when the command ends'],
  ['lint --store p.db good.yaml', 'cardea: <path...> and --store exclude each other'],
  ['store', 'cardea: name a command; `cardea store --help` lists them'],
  ['store creat', 'cardea: unknown command `creat`'],
  ['store init', 'cardea: name the store: --store <url>, or CARDEA_STORE in the environment'],
  ['store init --store ', 'cardea: an argument is empty at `--store`: is a variable not set?'],
  ['store init --store directory', 'cardea: the store `directory`: unable to open database file'],
  ['store init --store no/such/p.db', 'cardea: the store `no/such/p.db`: unable to open database file'],
  ['store init --store postgres://u:secret@h', 'cardea: the URL `postgres://***@h` of the store names no database'],
  ['store init --store postgres://u:sec@ret@h/d', 'cardea: the URL of the store is malformed'],
  ['store init --store redis://127.0.0.1:1/0', 'cardea: the store `redis://127.0.0.1:1/0`: connect ECONNREFUSED'],
  ['store init --store mysql://127.0.0.1:1/d?x=1', 'cardea: the URL of MySQL has a parameter that is none of charset,'],
  ['store init --store mysql://127.0.0.1:1/d', 'cardea: the store `mysql://127.0.0.1:1/d`: connect ECONNREFUSED'],
  ['store init --store postgres://127.0.0.1:1/d', 'cardea: the store `postgres://127.0.0.1:1/d`: connect ECONNREFUSED'],
  ['store status --quick --store p.db', 'cardea: there is no store at `p.db`'],
  ['store import --store p.db', 'cardea: missing required argument `path`'],
  ['store import broken.yaml --store p.db', 'cardea: broken.yaml:3:1: '],
  ['store import good.yaml missing.yaml --store p.db', 'cardea: missing.yaml: cannot be read'],
  ['store import good.yaml --store p.db --update --replace', 'cardea: --update and --replace exclude each other'],
  ['store import good.yaml --store p.db --batch 9 --replace', 'cardea: --replace and --batch exclude each other'],
  ['store import good.yaml --store p.db --batch 0', 'cardea: option `--batch <count>` argument `0` is invalid'],
  ['store import good.yaml --store p.db --if-revision x', 'cardea: option `--if-revision <number>` argument `x`'],
  ['store import good.yaml --store p.db --dry-run', 'cardea: there is no store at `p.db`'],
  ['store import-vakt v.db --store p.db', 'cardea: name the checker that the guard of vakt used: --checker <name>'],
  ['store import-vakt v.db --store p.db --checker regex', 'cardea: there is no store at `v.db`'],
  ['store import-vakt v.db --store p.db --checker default', 'cardea: option `--checker <name>` argument `default` is'],
  ['store export --store p.db --json', 'cardea: --json and documents on stdout exclude each other'],
  ['store export --store p.db -o directory', 'cardea: there is no store at `p.db`'],
  ['store migrate', 'cardea: name a command; `cardea store migrate --help` lists them'],
  ['store migrate down --store p.db', 'cardea: missing required argument `version`'],
  ['store migrate down 0 --store p.db --yes', 'cardea: there is no store at `p.db`'],
  ['store migrate up -1 --store p.db', 'cardea: command-argument value `-1` is invalid for argument `version`'],
  ['store migrate up x --store p.db', 'cardea: command-argument value `x` is invalid for argument `version`'],
  ['schema --yaml', 'cardea: unknown option `--yaml`'],
  [
    'completion tcsh',
    'cardea: command-argument value `tcsh` is invalid for argument `shell`; allowed choices are bash, zsh, fish',
  ],
];

describe('a command line that is wrong', () => {
  it.each(CASES)('`cardea %s` says so, and changes nothing', async (line, ...expected) => {
    const cwd = await folderWith(FILES);
    const before = await contentsOf(cwd);
    const { exitCode, stdout, stderr } = await cardea(line === '' ? [] : line.split(' '), { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expectLines(stderr, expected);
    expect(await contentsOf(cwd)).toEqual(before);
  });

  it('is refused where a document grows beyond all bounds', async () => {
    const cwd = await folderWith(FILES);
    const { exitCode, stdout, stderr } = await cardea(['check', '-p', 'bomb.yaml', '-i', '{}'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^cardea: bomb\.yaml:\d+:\d+: .*more than 1000000 values with all aliases expanded/);
  });

  it('is told in one line for each issue, with its code and without control characters', async () => {
    const cwd = await folderWith({ 'bad\u001B[31m\n.yaml': '[' });
    const world: World = { cwd };
    const { stderr } = await cardea(['check', '-p', 'bad\u001B[31m\n.yaml', '-i', '{}'], world);
    expect(stderr).toMatch(/^cardea: bad\\u\{1b\}\[31m\\u\{a\}\.yaml:\d+:\d+: .* \[CARDEA_INVALID_DOCUMENT\]\n$/);
  });
});

function expectLines(stderr: string, expected: readonly string[]): void {
  const lines = stderr.trimEnd().split('\n');
  expect(lines.map((line, at) => line.slice(0, expected[at]?.length))).toEqual(expected);
  for (const line of lines) expect(line).toMatch(/ \[CARDEA_[A-Z_]+\]$/);
  expect(stderr).not.toMatch(/^\s+at |node:internal|\.ts:\d/m);
}

async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder, { recursive: true });
  const contents: Record<string, string> = {};
  for (const name of names) {
    const path = join(folder, name);
    contents[name] = (await stat(path)).isFile() ? await readFile(path, 'base64') : '';
  }
  return contents;
}

/** A YAML text of a few lines whose last one stands for ten to the power of `lines` values. */
function bomb(lines: number): string {
  const line = (at: number): string =>
    `m${at}: &a${at} [${Array(10)
      .fill(at === 0 ? 'x' : `*a${at - 1}`)
      .join(',')}]`;
  return Array.from({ length: lines }, (_, at) => `${line(at)}\n`).join('');
}
