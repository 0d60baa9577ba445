import type { RunningMigration, VersionRecord } from '../../ports/migration.ts';

/**
 * The step that leads nearer to a version; undefined at that version. A step that was interrupted is finished where it
 * leads there, and undone where it leads away.
 */
export function nextStep({ version, running }: VersionRecord, target: number): RunningMigration | undefined {
  if (running !== undefined) return { order: running.order, direction: target >= running.order ? 'up' : 'down' };
  if (target > version) return { order: version + 1, direction: 'up' };
  return target < version ? { order: version, direction: 'down' } : undefined;
}

/** The version that a step leads to. */
export function versionAfter({ order, direction }: RunningMigration): number {
  return direction === 'up' ? order : order - 1;
}

/** The highest version that a database may have something of. */
export function reachOf({ version, running }: VersionRecord): number {
  return Math.max(version, running?.order ?? 0);
}

/** The version below everything that is unfinished. */
export function baseOf({ version, running }: VersionRecord): number {
  return Math.min(version, running === undefined ? version : running.order - 1);
}
