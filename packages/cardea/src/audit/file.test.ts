import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowing } from '../../test/policies.ts';
import { Guard } from '../guard/guard.ts';
import type { AuditRecord } from '../ports/audit.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { fileSink } from './file.ts';

const recordOf = (revision: number): AuditRecord => ({
  time: '2026-11-22T09:00:00.000Z',
  inquiry: { subject: 'ünïcode\nline' },
  effect: 'deny',
  outcome: 'not-applicable',
  candidates: '[]',
  deciders: '[]',
  diagnostics: [],
  revision,
  durationMs: 1,
});
const lineBytes = new TextEncoder().encode(`${JSON.stringify(recordOf(1))}\n`).length;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardea-audit-'));
});
afterEach(() => rm(folder, { recursive: true }));

const revisionsIn = async (file: string): Promise<number[]> =>
  (await readFile(join(folder, file), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as AuditRecord).revision);

describe('fileSink', () => {
  it('appends one line a record, in order, to what is there', async () => {
    const path = join(folder, 'audit.ndjson');
    for (const [from, to] of [
      [1, 3],
      [4, 5],
    ] as const) {
      const sink = fileSink(path);
      for (let revision = from; revision <= to; revision++) void sink.write(recordOf(revision));
      await sink.close();
    }
    expect(await revisionsIn('audit.ndjson')).toEqual([1, 2, 3, 4, 5]);
  });

  it('is readable by its owner only', async () => {
    const sink = fileSink(join(folder, 'audit.ndjson'));
    await sink.write(recordOf(1));
    await sink.close();
    expect((await stat(join(folder, 'audit.ndjson'))).mode & 0o777).toBe(0o600);
  });

  it('flushes what was written so far', async () => {
    const sink = fileSink(join(folder, 'audit.ndjson'));
    void sink.write(recordOf(1));
    await sink.flush();
    expect(await revisionsIn('audit.ndjson')).toEqual([1]);
    await sink.close();
  });

  it.each([
    ['one by one', true],
    ['all at once', false],
  ])('rotates before a file grows too large, keeping the newest: %s', async (_, waits) => {
    const sink = fileSink(join(folder, 'audit.ndjson'), { maxBytes: 2 * lineBytes, maxFiles: 2 });
    for (let revision = 1; revision <= 9; revision++) {
      const written = sink.write(recordOf(revision));
      if (waits) await written;
    }
    await sink.close();
    expect((await readdir(folder)).sort()).toEqual(['audit.ndjson', 'audit.ndjson.1', 'audit.ndjson.2']);
    expect(await revisionsIn('audit.ndjson')).toEqual([9]);
    expect(await revisionsIn('audit.ndjson.1')).toEqual([7, 8]);
    expect(await revisionsIn('audit.ndjson.2')).toEqual([5, 6]);
  });

  it('rotates a file that an earlier process has filled', async () => {
    await writeFile(join(folder, 'audit.ndjson'), `${JSON.stringify(recordOf(1))}\n`);
    const sink = fileSink(join(folder, 'audit.ndjson'), { maxBytes: lineBytes });
    await sink.write(recordOf(2));
    await sink.close();
    expect([await revisionsIn('audit.ndjson.1'), await revisionsIn('audit.ndjson')]).toEqual([[1], [2]]);
  });

  it('drops no record that is larger than a file may be', async () => {
    const sink = fileSink(join(folder, 'audit.ndjson'), { maxBytes: 1 });
    for (const revision of [1, 2]) void sink.write(recordOf(revision));
    await sink.close();
    expect([await revisionsIn('audit.ndjson.1'), await revisionsIn('audit.ndjson')]).toEqual([[1], [2]]);
  });

  it('begins a new line after one that a crash has torn', async () => {
    await writeFile(join(folder, 'audit.ndjson'), '{"time":"2026');
    const sink = fileSink(join(folder, 'audit.ndjson'));
    await sink.write(recordOf(2));
    await sink.close();
    const [torn, whole] = (await readFile(join(folder, 'audit.ndjson'), 'utf8')).split('\n');
    expect([torn, JSON.parse(whole ?? '')]).toEqual(['{"time":"2026', recordOf(2)]);
  });

  it('rejects with the path where the file cannot be written, and recovers', async () => {
    const path = join(folder, 'missing', 'audit.ndjson');
    const sink = fileSink(path);
    await expect(sink.write(recordOf(1))).rejects.toMatchObject({
      code: 'CARDEA_IO',
      message: expect.stringContaining('missing/audit.ndjson') as string,
    });
    await (await import('node:fs/promises')).mkdir(join(folder, 'missing'));
    await sink.write(recordOf(2));
    await sink.close();
    expect(await revisionsIn('missing/audit.ndjson')).toEqual([2]);
  });

  it('takes nothing after it was closed', async () => {
    const sink = fileSink(join(folder, 'audit.ndjson'));
    await sink.close();
    expect(() => sink.write(recordOf(1))).toThrow('the sink is closed');
  });

  it.each([[{ maxBytes: 0 }], [{ maxFiles: 0.5 }]])('refuses %j', (options) => {
    expect(() => fileSink(join(folder, 'audit.ndjson'), options)).toThrow('must be a whole number of at least 1');
  });

  it('has every decision of a guard once the guard is closed', async () => {
    const sink = fileSink(join(folder, 'audit.ndjson'));
    const guard = new Guard(new MemoryStorage([allowing('all')]), { audit: { sinks: [sink] } });
    for (let at = 0; at < 100; at++) await guard.isAllowed({ subject: at, action: 'get', resource: 'x' });
    await guard.close();
    expect(await revisionsIn('audit.ndjson')).toHaveLength(100);
    await sink.close();
  });
});
