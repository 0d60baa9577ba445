import { createHash } from 'node:crypto';
import { importVakt, readVaktRule, vaktInquiry, type VaktChecker, type VaktImport, type VaktSource } from 'cardea/vakt';

const CHECKERS: readonly VaktChecker[] = ['rules', 'regex', 'exact', 'fuzzy'];

/**
 * What policies mean, as one text: what is imported of them under each checker, and why the rest is not. Two
 * sources that are read to the same policies have the same reading.
 */
export function readingOfPolicies(source: VaktSource): string {
  return digest(CHECKERS.map((checker) => readingOf(importVakt(source, { checker, onUnsupported: 'opaque' }))));
}

/** What a rule means, as one text; undefined where it is refused. */
export function readingOfRule(input: string): string {
  const forms = readVaktRule(input, { onUnsupported: 'opaque' });
  return forms.ok ? digest(forms.value) : `refused: ${forms.issues.map(({ path }) => path.join('.')).join()}`;
}

/** What an inquiry says, as one text; undefined where it is refused. */
export function readingOfInquiry(input: string): string | undefined {
  const inquiry = vaktInquiry(input);
  return inquiry.ok ? digest(inquiry.value) : undefined;
}

function readingOf({ policies, stored, report }: VaktImport): unknown {
  return {
    policies,
    types: stored.map(({ type }) => type),
    refused: report.refused.map(({ index, path }) => [index, path]),
  };
}

// Why something is not supported may be told differently of two forms of the same.
function digest(value: unknown): string {
  const text = JSON.stringify(sorted(value)).replace(
    /\["vakt\.unsupported","(?:[^"\\]|\\.)*"\]/g,
    '["vakt.unsupported"]',
  );
  return `${createHash('sha256').update(text).digest('hex').slice(0, 12)} ${text}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
