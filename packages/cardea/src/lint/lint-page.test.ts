import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../model/policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { LINT_CODES, type LintCode } from './codes.ts';
import { lint } from './lint.ts';

const page = readFileSync(new URL('../../../../docs/reference/lint.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);
const options = { checker: defaultChecker(), functions: functionTable() };
const codes = Object.keys(LINT_CODES) as LintCode[];

const found = (example: string | undefined): readonly LintCode[] =>
  lint(JSON.parse(example ?? '') as Policy[], options).map(({ code }) => code);

describe('the reference page of lint', () => {
  it('has a section for each code, in the order of the table', () => {
    expect([...sections.keys()]).toEqual(codes);
  });

  it.each(codes)('says severity and meaning of %s as the table does', (code) => {
    expect(sections.get(code)).toContain(`\n${LINT_CODES[code].severity}: ${LINT_CODES[code].meaning}\n`);
  });

  it.each(codes.filter((code) => code !== 'incomplete'))('shows an example of %s, and its fix', (code) => {
    const [example, fix] = Array.from(sections.get(code)?.matchAll(/```json\n(.*?)```/gs) ?? [], ([, json]) => json);
    expect(found(example)).toContain(code);
    expect(found(fix)).not.toContain(code);
  });
});
