import { Guard, type Inquiry, MemoryStorage, type RuleData } from 'cardea';
import { readVaktRule, vaktFunctions, vaktInquiry } from 'cardea/vakt';
import { type Line, readLines } from '../lines.ts';
import { MAPPED_ADDRESS, meetsNumberQuirk, type QuirkId } from './quirks.ts';
import { type Case, compare, first, type Verdict } from '../verdict.ts';

interface RuleLine {
  readonly rule: object;
  readonly what: unknown;
  readonly inquiry: object | null;
  readonly satisfied: boolean | 'error';
  readonly tags?: readonly string[];
}

/** Replays `rules.jsonl`: three truths of a rule on a value, and the one that policies need. */
export async function* replayRules(file: string): AsyncIterable<Case> {
  for await (const line of readLines<RuleLine>(file)) {
    const { json, number } = line;
    yield { name: `line ${number}`, tags: json.tags ?? [], verdict: await judge(line) };
  }
}

async function judge(line: Line<RuleLine>): Promise<Verdict> {
  const { satisfied } = line.json;
  const forms = readVaktRule(line.lossless('rule') as object, { onUnsupported: 'opaque' });
  if (!forms.ok) return { kind: 'fails', message: `the rule was refused: ${forms.issues[0]?.message}` };
  const inquiry = inquiryOf(line);
  if (typeof inquiry === 'string') return { kind: 'fails', message: inquiry };
  const { applies, exact } = forms.value;
  const guard = new Guard(
    new MemoryStorage([about('true', exact), about('false', { $not: exact }), about('applies', applies)]),
    { functions: vaktFunctions },
  );
  const { candidates } = await guard.check(inquiry);
  const truth = candidates.includes('true') ? true : candidates.includes('false') ? false : 'error';
  return first(
    compare(satisfied, truth, () => quirkOf(line)),
    compare(satisfied === true, candidates.includes('applies'), () => quirkOf(line)),
  );
}

const ALWAYS: RuleData = { $or: [{ $present: true }, { $absent: true }] };

function about(uid: string, rule: RuleData) {
  return {
    uid,
    effect: 'allow',
    subjects: [ALWAYS],
    actions: [ALWAYS],
    resources: [ALWAYS],
    context: { what: rule },
  } as const;
}

// A rule that was asked without an inquiry finds no subject, action or resource.
function inquiryOf(line: Line<RuleLine>): Inquiry | string {
  const what = vaktInquiry(new Map([['context', new Map([['what', line.lossless('what')]])]]));
  const asked = line.json.inquiry === null ? undefined : vaktInquiry(line.lossless('inquiry') as object);
  if (!what.ok || asked?.ok === false) return 'the inquiry was refused';
  const context = what.value.context ?? {};
  return asked === undefined ? { context } : { ...asked.value, context };
}

function quirkOf(line: Line<RuleLine>): QuirkId | undefined {
  const rule = JSON.stringify(line.json.rule);
  if (rule.includes('vakt.rules.net.CIDR') && MAPPED_ADDRESS.test(JSON.stringify(line.json.what))) return 'Q14';
  return meetsNumberQuirk(rule, line.lossless('what')) ? 'Q12' : undefined;
}
