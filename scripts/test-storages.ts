// Runs every test of storages on every backend, with real servers, and says of each backend what passed.
//   npm run test:storages
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { areGreen, backendTallies, formatBackends, reportedTests } from './backend-tallies.ts';
import { startServices, stopServices } from './services/manage.ts';
import { formatReports } from './services/report.ts';
import { SERVER_NAMES } from './services/server.ts';

const ROOT = join(import.meta.dirname, '..');
const REPORT = join(ROOT, '.build/reports/storages.json');
const FILES = ['packages/cardea/src/storage/', 'packages/cardea/src/guard/databases-'];

const services = await startServices(SERVER_NAMES);
console.log(formatReports(services));
let child: ReturnType<typeof spawn> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child?.kill());
try {
  process.exitCode = (await runTests()) ? 0 : 1;
} finally {
  // What ran before is somebody else's.
  await stopServices(services.filter(({ state }) => state === 'started').map(({ name }) => name));
}

async function runTests(): Promise<boolean> {
  mkdirSync(join(REPORT, '..'), { recursive: true });
  rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  child = spawn('vitest', ['run', '--project=cardea', ...reporters, ...FILES], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (!existsSync(REPORT)) return false;
  const tallies = backendTallies(reportedTests(REPORT, ROOT));
  console.log(`\n${formatBackends(tallies)}`);
  return code === 0 && areGreen(tallies);
}
