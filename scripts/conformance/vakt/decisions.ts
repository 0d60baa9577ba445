import { type Decision, Guard, MemoryStorage } from 'cardea';
import { importVakt, type VaktChecker, vaktFunctions, vaktInquiry } from 'cardea/vakt';
import { type Line, readLines } from './lines.ts';
import { MAPPED_ADDRESS, meetsNumberQuirk, type QuirkId } from './quirks.ts';
import { type Case, compare, type Verdict } from './verdict.ts';

interface DecisionLine {
  readonly checker: VaktChecker;
  readonly policies: readonly StoredPolicy[];
  readonly inquiries: readonly RecordedDecision[];
  readonly tags?: readonly string[];
}

interface StoredPolicy {
  readonly effect?: unknown;
  readonly subjects?: unknown;
  readonly actions?: unknown;
  readonly resources?: unknown;
  readonly context?: unknown;
}

interface RecordedDecision {
  readonly inquiry: object;
  readonly allowed: boolean;
  readonly candidates: readonly unknown[];
  readonly deciders: readonly unknown[];
  readonly error?: true;
  readonly tags?: readonly string[];
}

/** What the import found wrong with a set. */
interface Flaws {
  /** A string element has unbalanced tags. */
  readonly unreadable: boolean;
  /** A policy is no policy here. */
  readonly refused: boolean;
}

/** Replays `decisions.jsonl`: sets of policies and what vakt decided on inquiries. */
export async function* replayDecisions(file: string): AsyncIterable<Case> {
  for await (const line of readLines<DecisionLine>(file)) {
    const { json, number } = line;
    const { policies, report } = importVakt(
      { texts: line.lossless('policies') as readonly object[] },
      { checker: json.checker, onUnsupported: 'opaque' },
    );
    const guard = new Guard(new MemoryStorage(policies), {
      functions: vaktFunctions,
      combining: 'ordered-deny-overrides',
    });
    await guard.ready();
    const flaws: Flaws = {
      unreadable: report.refused.some(({ message }) => message.startsWith('unbalanced tags')),
      refused: policies.length < json.policies.length,
    };
    for (const [at, recorded] of json.inquiries.entries()) {
      const tags = [json.checker, ...(json.tags ?? []), ...(recorded.tags ?? [])];
      yield {
        name: `line ${number}, inquiry ${at + 1}`,
        tags: [...new Set(tags)],
        verdict: judge(line, at, guard, flaws),
      };
    }
  }
}

function judge(line: Line<DecisionLine>, at: number, guard: Guard, flaws: Flaws): Verdict {
  const recorded = line.json.inquiries[at] as RecordedDecision;
  const inquiry = vaktInquiry(line.lossless('inquiries', at, 'inquiry') as object);
  if (!inquiry.ok) return { kind: 'fails', message: `the inquiry was refused: ${inquiry.issues[0]?.message}` };
  const decision = guard.decide(inquiry.value);
  const uids = (member: string): readonly string[] =>
    (line.lossless('inquiries', at, member) as readonly (string | bigint)[]).map(String);
  const wanted = {
    allowed: recorded.allowed,
    candidates: uids('candidates'),
    deciders: uids('deciders'),
  };
  const got = { allowed: decision.allowed, candidates: decision.candidates, deciders: decision.deciders };
  return compare(wanted, got, () => quirkOf(line, at, decision, flaws));
}

function quirkOf(
  line: Line<DecisionLine>,
  at: number,
  { diagnostics }: Decision,
  { unreadable, refused }: Flaws,
): QuirkId | undefined {
  const { checker, policies } = line.json;
  const { inquiry, error } = line.json.inquiries[at] as RecordedDecision;
  // vakt wrote neither candidates nor deciders for these.
  if (error === true) return checker === 'rules' || policies.some(hasContext) ? 'Q3' : 'Q4';
  if (checker === 'regex' && policies.some(hasSeveralParts)) return 'Q1';
  if (unreadable && diagnostics.length > 0) return 'Q2';
  const rules = JSON.stringify(policies);
  if (rules.includes('vakt.rules.net.CIDR') && MAPPED_ADDRESS.test(JSON.stringify(inquiry))) return 'Q14';
  if (meetsNumberQuirk(rules, line.lossless('inquiries', at, 'inquiry'))) return 'Q12';
  const failed = diagnostics.filter(({ kind }) => kind === 'error');
  if (refused || failed.some(({ message }) => message.includes('not imported'))) return 'Q16';
  return failed.length > 0 ? 'Q3' : undefined;
}

function hasContext({ context }: StoredPolicy): boolean {
  return typeof context === 'object' && context !== null && Object.keys(context).length > 0;
}

function hasSeveralParts({ subjects, actions, resources }: StoredPolicy): boolean {
  return [subjects, actions, resources]
    .flat()
    .some((element) => typeof element === 'string' && /<[^>]*>.*</s.test(element));
}
