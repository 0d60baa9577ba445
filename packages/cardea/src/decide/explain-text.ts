import { formatPath, printable, quote } from '../errors.ts';
import { headline, othersLines, seenText, some } from './explain-headline.ts';
import type { Painter } from './explain-painter.ts';
import type {
  ConditionExplanation,
  Explanation,
  FieldExplanation,
  PolicyExplanation,
  PolicyRole,
} from './explanation.ts';

/** An explanation as lines of plain sentences. */
export function formatText(explanation: Explanation, paint: Painter): readonly string[] {
  const { decision, policies } = explanation;
  const colour = decision.allowed ? paint.green : paint.red;
  return [
    paint.bold(colour(headline(explanation))),
    ...policies.flatMap((policy) => policyLines(policy, paint)),
    ...decision.diagnostics
      .filter(({ kind }) => kind === 'infrastructure')
      .map(({ message }) => paint.yellow(printable(message))),
    ...othersLines(explanation).map((line) => paint.dim(line)),
  ];
}

const SAYS: Readonly<Record<PolicyRole, string>> = {
  decider: 'decided',
  applicable: 'applies, but did not decide',
  error: 'could not be evaluated',
  'unknown-deny': 'is not known to apply: something that it reads is missing or of another type',
  'near-miss': 'would apply if',
  'not-applicable': 'does not apply',
};

function policyLines(policy: PolicyExplanation, paint: Painter): readonly string[] {
  const { uid, effect, role } = policy;
  return [
    `${effect} ${paint.bold(quote(uid))} ${saying(policy)}`,
    ...(role === 'near-miss' ? [] : policy.fields.flatMap(fieldLines)),
    ...differenceLines(policy),
  ];
}

function saying({ role, differences }: PolicyExplanation): string {
  return role === 'near-miss' && differences === undefined ? 'can never apply' : SAYS[role];
}

function differenceLines({ role, differences = [], sufficient }: PolicyExplanation): readonly string[] {
  const lines = differences.map(({ text }) => `  - ${text}`);
  if (lines.length > 0 && role === 'decider') lines.unshift('  it would not apply if');
  return sufficient === false && differences.length > 1 ? [...lines, '  (these may contradict each other)'] : lines;
}

/** The elements that made a field what it is. */
function fieldLines({ field, truth, elements }: FieldExplanation): readonly string[] {
  const decisive = elements.filter(({ condition }) => condition.truth === truth).slice(0, 3);
  return decisive.map(({ at, condition }) => {
    const seen = some([...new Set(seenIn(condition))], 5);
    return `  ${printable(formatPath([field, at]))} is ${truth}: ${printable(condition.text)}${seen === '' ? '' : ` (${seen})`}`;
  });
}

function seenIn({ of = [], operands = [], item }: ConditionExplanation): readonly string[] {
  const own = operands.map(seenText).filter((text) => text !== undefined);
  return [...own, ...of.flatMap(seenIn), ...(item === undefined ? [] : seenIn(item.where))];
}
