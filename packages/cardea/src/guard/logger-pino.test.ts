import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { defineFunction } from '../ast/functions.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard } from './guard.ts';

describe('the logger', () => {
  it('may be pino as it is', async () => {
    const lines: string[] = [];
    const storage = new MemoryStorage([
      { uid: 'readers', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] },
    ]);
    const guard = new Guard(storage, {
      logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    });
    await guard.check({ subject: 'max', action: 'get', resource: 'book' });
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['policies loaded', 'decided']);
  });

  it('that does not write debug leaves the quick answer as it is, and hears of what could not be evaluated', async () => {
    const lines: string[] = [];
    const fails = defineFunction({
      name: 'fails',
      meaning: '',
      call: ([given]) => {
        if (given === 'max') throw new Error('broken');
        return false;
      },
    });
    const policies: readonly Policy[] = [
      { uid: 'readers', effect: 'allow', subjects: ['max', 'ann'], actions: ['get'], resources: ['book'] },
      { uid: 'locked', effect: 'deny', subjects: [{ $custom: ['fails'] }], actions: ['get'], resources: ['book'] },
    ];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const guard = new Guard(new MemoryStorage(policies), { logger, functions: [fails] });
    await guard.ready();
    const ask = (subject: string): boolean | undefined => guard.allowsNow({ subject, action: 'get', resource: 'book' });
    expect([ask('ann'), ask('max')]).toEqual([true, false]);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'policies loaded',
      'decided with errors',
    ]);
  });
});
