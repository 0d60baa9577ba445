// Writes the figures of a run into docs/performance.md, and its charts, so that nobody types any by hand.
//   node bench/report.ts [FILE]     bench/results/latest.json where none is named; storages.json and server.json beside it;
// casbin.json for the workloads of casbin’s enforcer that the run lacks.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AboutRun } from './about.ts';
import { chart, type Series } from './chart.ts';
import { CASBIN_GOALS, type Goal, GOALS, isMet, STORAGE_GOALS } from './goals.ts';
import type { Row } from './row.ts';
import { SERVER_GOALS } from './server/goals.ts';
import { COLUMNS, partOf } from './table.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/performance.md');
const ASSETS = join(ROOT, 'docs/assets');

/** What is drawn: one part of a workload a chart. */
const CHARTS = [
  { file: 'w1', workload: 'W1', part: 'links of one template', title: 'W1: exact triples', about: 'rules' },
  { file: 'w2', workload: 'W2', part: 'patterns', title: 'W2: vakt’s benchmark of patterns', about: 'policies' },
  { file: 'w3', workload: 'W3', part: 'rules', title: 'W3: vakt’s benchmark of rules', about: 'policies' },
  { file: 'w4', workload: 'W4', part: 'sparse', title: 'W4: mixed attributes, sparse', about: 'policies' },
  { file: 'w5', workload: 'W5', part: 'concentrated', title: 'W5: rules about one action on one type', about: 'rules' },
  { file: 'w5-spread', workload: 'W5', part: 'spread', title: 'W5: rules of many actions and types', about: 'rules' },
  { file: 'w6', workload: 'W6', part: 'gdrive', title: 'W6: Cedar’s gdrive', about: 'entities of each kind' },
] as const;

/** Readable on white and on black; a library has one colour in all charts. */
const COLOURS: Readonly<Record<string, string>> = {
  cardea: '#2f81f7',
  casbin: '#d1781f',
  FastEnforcer: '#2da44e',
  vakt: '#d1781f',
  casl: '#2da44e',
  'json-rules-engine': '#b45bcf',
  'cedar-wasm': '#cf4a5c',
};
const OTHER_COLOUR = '#8a8f98';

const file = process.argv[2] ?? join(ROOT, 'bench/results/latest.json');
const engines = readRun(file);
const storages = readRun(join(file, '../storages.json'));
const server = readRun(join(file, '../server.json'));
const casbin = readRun(join(file, '../casbin.json'));
const has = new Set(engines.rows.map(({ workload }) => workload));
const rows = [
  ...engines.rows,
  ...storages.rows,
  ...server.rows,
  ...casbin.rows.filter(({ workload }) => !has.has(workload)),
];

mkdirSync(ASSETS, { recursive: true });
for (const { file: name, workload, part, title, about: counted } of CHARTS) {
  writeFileSync(join(ASSETS, `${name}.svg`), chart(title, counted, seriesOf(workload, part)));
}
const parts = new Map([
  ['machine', machine(engines.about)],
  ['goals', goals(GOALS)],
  ['storages', machine(storages.about)],
  ['storagegoals', goals(STORAGE_GOALS)],
  ['server', machine(server.about)],
  ['servergoals', goals(SERVER_GOALS)],
  ['casbingoals', goals(CASBIN_GOALS)],
  ['machineOfCasbin', machine(has.has('C1') ? engines.about : casbin.about)],
  ...[...new Set(rows.map(({ workload }) => workload))].map((id): [string, string] => [id, tableOf(id)]),
]);
const page = readFileSync(PAGE, 'utf8');
const filled = page.replace(/(<!-- bench:(\w+) -->\n)[^]*?(\n<!-- \/bench -->)/g, (_, from, name: string, to) => {
  return `${from}\n${parts.get(name) ?? 'Not run.'}\n${to}`;
});
writeFileSync(PAGE, filled);

interface Run {
  readonly rows: readonly Row[];
  readonly about: AboutRun;
}

function readRun(path: string): Run {
  return {
    rows: JSON.parse(readFileSync(path, 'utf8')) as readonly Row[],
    about: JSON.parse(readFileSync(path.replace(/\.json$/, '.about.json'), 'utf8')) as AboutRun,
  };
}

/** Cardea’s engine and each peer: what one decision takes. */
function seriesOf(workload: string, part: string): readonly Series[] {
  const own = rows.filter((row) => row.workload === workload && partOf(row) === part && row.p50Ns !== null);
  const subjects = [...new Set(own.map(({ subject }) => subject))];
  return subjects.map((name) => ({
    name,
    colour: COLOURS[name] ?? OTHER_COLOUR,
    points: own
      .filter(({ subject, variant }) => subject === name && (name !== 'cardea' || variant.endsWith(': engine.allows')))
      .map(({ n, p50Ns }) => ({ n, ns: p50Ns as number })),
  }));
}

function machine(about: AboutRun): string {
  const peers = Object.entries(about.peers).map(([name, version]) => `${name} ${version}`);
  return table(
    [
      ['', ''],
      ['command', `\`${about.command}\``],
      ['note', about.note],
      ['date, commit, seed', `${about.date}, ${about.commit}, ${about.seed}`],
      ['took', `${about.seconds} s`],
      ['machine', `${about.processor}, ${about.cores} cores, ${about.memoryGiB} GiB, ${about.system}`],
      ['Node, V8', `${about.node}, ${about.v8}`],
      ['peers', peers.join(', ')],
    ].filter(([name, what]) => name === '' || what !== ''),
  );
}

function goals(all: readonly Goal[]): string {
  const lines = all.map((goal) => {
    const figure = goal.figure(rows);
    const sign = goal.better === 'less' ? '≤' : '≥';
    const shown =
      figure === undefined ? ['not run', ''] : [goal.format(figure), isMet(goal, figure) ? 'yes' : '**no**'];
    return [goal.workload, goal.says, `${sign} ${goal.format(goal.limit)}`, ...shown];
  });
  return table([['', 'what', 'goal', 'figure', 'met'], ...lines]);
}

/** The rows of a workload, without the columns that it has nothing for. */
function tableOf(workload: string): string {
  const own = rows.filter((row) => row.workload === workload);
  const columns = COLUMNS.filter(({ cell }) => own.some((row) => cell(row, rows) !== ''));
  return table([columns.map(({ name }) => name), ...own.map((row) => columns.map(({ cell }) => cell(row, rows)))]);
}

function table([head = [], ...lines]: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
