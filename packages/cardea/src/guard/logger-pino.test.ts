import pino from 'pino';
import { describe, expect, it } from 'vitest';
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
});
