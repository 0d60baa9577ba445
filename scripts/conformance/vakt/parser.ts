import { isCardeaError } from 'cardea';
import { type VaktPattern, vaktPattern } from 'cardea/vakt';
import { readLines } from '../lines.ts';
import { type Case, compare, first, type Verdict } from '../verdict.ts';

interface PhraseLine {
  readonly phrase: string;
  readonly start: string;
  readonly end: string;
  readonly pattern?: string;
  readonly matches?: readonly string[];
  readonly non_matches?: readonly string[];
  readonly error?: true;
  readonly kind?: 'unbalanced' | 'regex';
  readonly tags?: readonly string[];
}

/** Replays `parser.jsonl`: phrases with tagged expressions against strings, in the reading of vakt; each string is a case, and each phrase one. */
export async function* replayParser(file: string): AsyncIterable<Case> {
  for await (const { json, number } of readLines<PhraseLine>(file)) {
    const tags = json.tags ?? [];
    const pattern = compile(json);
    yield { name: `line ${number}`, tags, verdict: judge(json, pattern) };
    if (typeof pattern === 'string') continue;
    for (const text of json.matches ?? [])
      yield { name: `line ${number}, ${JSON.stringify(text)}`, tags, verdict: compare(true, pattern.test(text)) };
    for (const text of json.non_matches ?? [])
      yield { name: `line ${number}, ${JSON.stringify(text)}`, tags, verdict: compare(false, pattern.test(text)) };
  }
}

function judge(line: PhraseLine, pattern: VaktPattern | string): Verdict {
  if (typeof pattern === 'string') return compare(line.kind ?? 'a pattern', pattern);
  return first(compare(line.kind, undefined), compare(line.pattern, pattern.source));
}

function compile({ phrase, start, end }: PhraseLine): VaktPattern | string {
  try {
    return vaktPattern(phrase, start, end, 'vakt');
  } catch (error) {
    if (!isCardeaError(error)) throw error;
    if (error.code === 'CARDEA_UNSUPPORTED_PATTERN') return error.message;
    return error.message.startsWith('unbalanced tags') ? 'unbalanced' : 'regex';
  }
}
