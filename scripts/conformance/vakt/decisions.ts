import { type Decision, Guard, MemoryStorage, type Policy } from 'cardea';
import { importVakt, type VaktChecker, vaktFunctions, vaktInquiry } from 'cardea/vakt';
import { type Line, readLines } from '../lines.ts';
import { MAPPED_ADDRESS, meetsNumberQuirk, type QuirkId } from './quirks.ts';
import { type Case, compare, type Verdict } from '../verdict.ts';

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

/** The same set of policies, read in two ways. */
interface Guards {
  readonly plain: Guard;
  /** With vakt's own reading of phrases of several tagged parts: a difference is Q1 only where this one has none. */
  readonly asVakt: Guard;
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
    const texts = line.lossless('policies') as readonly object[];
    const options = { checker: json.checker, onUnsupported: 'opaque' } as const;
    const { policies, report } = importVakt({ texts }, options);
    const guards: Guards = {
      plain: await guardOver(policies),
      asVakt: await guardOver(importVakt({ texts }, { ...options, severalParts: 'vakt' }).policies),
    };
    const flaws: Flaws = {
      unreadable: report.refused.some(({ message }) => message.startsWith('unbalanced tags')),
      refused: policies.length < json.policies.length,
    };
    for (const [at, recorded] of json.inquiries.entries()) {
      const tags = [json.checker, ...(json.tags ?? []), ...(recorded.tags ?? [])];
      yield {
        name: `line ${number}, inquiry ${at + 1}`,
        tags: [...new Set(tags)],
        verdict: judge(line, at, guards, flaws),
      };
    }
  }
}

async function guardOver(policies: readonly Policy[]): Promise<Guard> {
  const combining = 'ordered-deny-overrides';
  const guard = new Guard(new MemoryStorage(policies), { functions: vaktFunctions, combining });
  await guard.ready();
  return guard;
}

function judge(line: Line<DecisionLine>, at: number, guards: Guards, flaws: Flaws): Verdict {
  const recorded = line.json.inquiries[at] as RecordedDecision;
  const inquiry = vaktInquiry(line.lossless('inquiries', at, 'inquiry') as object);
  if (!inquiry.ok) return { kind: 'fails', message: `the inquiry was refused: ${inquiry.issues[0]?.message}` };
  const decision = guards.plain.decide(inquiry.value);
  if (guards.plain.allows(inquiry.value) !== decision.allowed)
    return { kind: 'fails', message: '`allows` says otherwise than `decide`' };
  const uids = (member: string): readonly string[] =>
    (line.lossless('inquiries', at, member) as readonly (string | bigint)[]).map(String);
  const wanted = { allowed: recorded.allowed, candidates: uids('candidates'), deciders: uids('deciders') };
  return compare(wanted, answerOf(decision), () => {
    const readsAlike = compare(wanted, answerOf(guards.asVakt.decide(inquiry.value))).kind === 'agrees';
    return readsAlike ? 'Q1' : quirkOf(line, at, decision, flaws);
  });
}

function answerOf({ allowed, candidates, deciders }: Decision): Pick<Decision, 'allowed' | 'candidates' | 'deciders'> {
  return { allowed, candidates, deciders };
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
