import { afterEach, beforeEach, expect, vi } from 'vitest';
import { configureProperties } from './runs.ts';

configureProperties();

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...data: unknown[]) => {
      lines.push(`console.${method}: ${data.map(String).join(' ')}`);
    });
  }
});

// A test that logs fails: output is a contract, so a test that wants it puts its own spy on the console.
afterEach(() => {
  expect(lines, 'a test must not write to the console').toEqual([]);
});
