import { quote } from 'cardea';
import type { z } from 'zod';

/** What is wrong, and where. */
export interface ConfigProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type ConfigIssue = z.core.$ZodIssue;

/** An issue of the schema in our words. The value is not repeated: it might be a secret. */
export function configReason(issue: ConfigIssue): readonly ConfigProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such key' }));
  return [{ path, message: reasonOf(issue) }];
}

function reasonOf(issue: ConfigIssue): string {
  if (issue.code === 'invalid_type') return typeReason(issue);
  if (issue.code === 'too_small') return bound('at least', issue.minimum, issue.origin);
  if (issue.code === 'too_big') return bound('at most', issue.maximum, issue.origin);
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map((value) => quote(value)).join(', ')}`;
  return issue.message;
}

function typeReason({ expected, message }: z.core.$ZodIssueInvalidType): string {
  return `${message.endsWith('received undefined') ? 'is missing: it ' : ''}must be ${NOUNS[expected] ?? expected}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function bound(relation: string, limit: number | bigint, origin: string): string {
  if (origin === 'string') return limit === 1 ? 'must not be empty' : `must have ${relation} ${limit} characters`;
  if (origin === 'array') return `must have ${relation} ${limit} ${limit === 1 ? 'item' : 'items'}`;
  return `must be ${relation} ${limit}`;
}
