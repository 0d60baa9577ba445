import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/reference/authzen.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| A\d/.test(line));
const cases = new Set(
  (
    JSON.parse(readFileSync(join(ROOT, 'conformance/authzen/certification/cases.json'), 'utf8')) as {
      readonly cases: readonly { readonly id: string }[];
    }
  ).cases.map(({ id }) => id),
);
const files = readdirSync(join(ROOT, 'packages/server'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^(?:src|test)\/.*\.ts$/.test(file),
);

describe('the page on the standard', () => {
  it('has a line for each of the 97 assertions', () => {
    expect(rows.map((row) => /^\| (A\d+) /.exec(row)?.[1])).toEqual(
      Array.from({ length: 97 }, (_, at) => `A${at + 1}`),
    );
  });

  it('names cases of the scenario that there are', () => {
    const named = rows.flatMap((row) => row.match(/`[CX]-\d[^`]*`/g) ?? []).map((name) => name.slice(1, -1));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !cases.has(name))).toEqual([]);
  });

  it('names tests that there are', () => {
    const named = [...page.matchAll(/([\w./-]+\.ts): “([^”]+)”/g)];
    expect(named.length).toBeGreaterThan(50);
    const missing = named.filter(([, file = '', title = '']) => {
      const path = files.find((each) => each.endsWith(`/${file}`));
      return path === undefined || !readFileSync(join(ROOT, 'packages/server', path), 'utf8').includes(title);
    });
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });
});
