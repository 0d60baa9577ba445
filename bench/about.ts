import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { peerVersions } from './peers/install.ts';
import { SEED } from './random.ts';

/** Where and how a run was made. */
export interface AboutRun {
  readonly command: string;
  /** What whoever ran it has to say. */
  readonly note: string;
  readonly date: string;
  readonly seconds: number;
  readonly commit: string;
  readonly seed: number;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly peers: Readonly<Record<string, string>>;
}

/** @param options of the command line */
export function aboutRun(options: Readonly<Record<string, string | boolean>>, seconds: number): AboutRun {
  const { only, max, 'no-peers': noPeers } = options;
  const shown = [only && `--only ${only}`, max && `--max ${max}`, noPeers === true && '--no-peers'].filter(Boolean);
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return {
    command: ['npm run bench --', ...shown].join(' '),
    note: String(options['note'] ?? ''),
    date: new Date().toISOString().slice(0, 10),
    seconds: Math.round(seconds),
    commit: status === 0 ? stdout.trim() : 'unknown',
    seed: SEED,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    peers: peerVersions(),
  };
}
