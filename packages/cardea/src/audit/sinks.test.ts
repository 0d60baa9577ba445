import { describe, expect, it, vi } from 'vitest';
import type { AuditRecord, AuditSink } from '../ports/audit.ts';
import { batchSink } from './batch.ts';
import { consoleSink } from './console.ts';
import { memorySink } from './memory.ts';
import { teeSink } from './tee.ts';

const recordOf = (revision: number): AuditRecord => ({
  time: '2026-11-22T09:00:00.000Z',
  inquiry: { subject: 'line\nbreak' },
  effect: 'deny',
  outcome: 'not-applicable',
  candidates: '[]',
  deciders: '[]',
  diagnostics: [],
  revision,
  durationMs: 1,
});
const failing: AuditSink = {
  write: () => Promise.reject(new Error('disk full')),
  flush: () => Promise.reject(new Error('disk full')),
};

describe('consoleSink', () => {
  it('writes a record as one line of JSON', () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    void consoleSink().write(recordOf(1));
    const [[line]] = info.mock.calls as [[string]];
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual(recordOf(1));
  });
});

describe('memorySink', () => {
  it('keeps the last records', () => {
    const sink = memorySink(2);
    for (const revision of [1, 2, 3]) void sink.write(recordOf(revision));
    expect(sink.records.map(({ revision }) => revision)).toEqual([2, 3]);
  });
});

describe('teeSink', () => {
  it('gives each sink every record although others fail, and throws what failed', async () => {
    const good = memorySink();
    const one = teeSink(failing, good);
    await expect(one.write(recordOf(1))).rejects.toThrow('disk full');
    await expect(teeSink(failing, failing, good).write(recordOf(2))).rejects.toThrow('2 audit sinks failed');
    expect(good.records).toHaveLength(2);
    await expect(one.flush?.()).rejects.toThrow('disk full');
    await expect(one.close?.()).resolves.toBeUndefined();
  });
});

describe('batchSink', () => {
  const collecting = (size: number): { sink: AuditSink; batches: number[][] } => {
    const batches: number[][] = [];
    const send = async (records: readonly AuditRecord[]): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, records.length === 1 ? 0 : 5));
      batches.push(records.map(({ revision }) => revision));
    };
    return { sink: batchSink(send, { size }), batches };
  };

  it('hands records on when a batch is full, one batch after the other', async () => {
    const { sink, batches } = collecting(2);
    for (const revision of [1, 2, 3, 4, 5]) await sink.write(recordOf(revision));
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
    await sink.flush?.();
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('waits on close for the batches that are on their way', async () => {
    const { sink, batches } = collecting(2);
    for (const revision of [1, 2, 3]) void sink.write(recordOf(revision));
    await sink.close?.();
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('tells who caused a batch that it failed, and sends the next all the same', async () => {
    let sent = 0;
    const sink = batchSink(
      async () => {
        sent += 1;
        if (sent === 1) throw new Error('queue down');
      },
      { size: 1 },
    );
    await expect(sink.write(recordOf(1))).rejects.toThrow('queue down');
    await sink.write(recordOf(2));
    expect(sent).toBe(2);
  });

  it.each([0, -1, 1.5])('refuses a size of %s', (size) => {
    expect(() => batchSink(async () => undefined, { size })).toThrow('size must be a whole number of at least 1');
  });
});
