import type { Truth } from '../ast/truth.ts';
import { printable, quote } from '../errors.ts';
import { headline, othersLines, seenText, some } from './explain-headline.ts';
import type { Painter } from './explain-painter.ts';
import type { ConditionExplanation, Explanation, FieldExplanation, PolicyExplanation } from './explanation.ts';

/** An explanation as the lines of a tree: ✓ true, ✗ false, ? unknown, ! error. */
export function formatTree(explanation: Explanation, paint: Painter): readonly string[] {
  const { decision, policies } = explanation;
  const branches = [
    ...policies.map((policy) => policyBranch(policy, paint)),
    ...decision.diagnostics
      .filter(({ kind }) => kind === 'infrastructure')
      .map(({ message }) => leaf(paint.yellow(printable(message)))),
    ...othersLines(explanation).map((line) => leaf(paint.dim(line))),
  ];
  return drawn(
    {
      label: paint.bold(
        decision.allowed ? paint.green(`✓ ${headline(explanation)}`) : paint.red(`✗ ${headline(explanation)}`),
      ),
      branches,
    },
    paint,
  );
}

interface Branch {
  readonly label: string;
  readonly branches: readonly Branch[];
}

/** How many parts of a node are drawn: those that made it what it is come before others. */
const DRAWN = 12;

function policyBranch(policy: PolicyExplanation, paint: Painter): Branch {
  const { uid, effect, role, truth, fields, differences = [] } = policy;
  const intended = role === 'decider' ? 'it would not apply if' : 'it would apply if';
  const wanted = { label: intended, branches: differences.map(({ text }) => leaf(paint.yellow(text))) };
  return {
    label: `${mark(truth, paint)} ${effect} ${paint.bold(quote(uid))} ${paint.dim(role)}`,
    branches: [
      ...fields.filter(({ elements }) => elements.length > 0).map((field) => fieldBranch(field, paint)),
      ...(differences.length > 0 ? [wanted] : []),
    ],
  };
}

function fieldBranch({ field, truth, elements }: FieldExplanation, paint: Painter): Branch {
  const parts = elements.map(({ at, condition }) => ({
    truth: condition.truth,
    branch: (): Branch => conditionBranch(condition, `${printable(String(at))}: `, paint),
  }));
  return { label: `${mark(truth, paint)} ${field}`, branches: drawable(parts, truth) };
}

function conditionBranch(condition: ConditionExplanation, prefix: string, paint: Painter): Branch {
  const { truth, text, of = [], operands = [], item } = condition;
  const seen = some(
    operands.map(seenText).filter((found) => found !== undefined),
    5,
  );
  const label = `${mark(truth, paint)} ${prefix}${of.length > 0 ? words(condition) : printable(text)}${seen === '' ? '' : paint.dim(`  (${seen})`)}`;
  const parts = of.map((part) => ({ truth: part.truth, branch: (): Branch => conditionBranch(part, '', paint) }));
  const items =
    item === undefined ? [] : [conditionBranch(item.where, `${printable(item.name)} ${item.index}: `, paint)];
  return { label, branches: [...drawable(parts, truth), ...items] };
}

function words({ kind, of = [] }: ConditionExplanation): string {
  if (kind === 'and') return `all of ${of.length}`;
  return kind === 'or' ? `one of ${of.length}` : kind;
}

function drawable(
  parts: readonly { readonly truth: Truth; readonly branch: () => Branch }[],
  truth: Truth,
): readonly Branch[] {
  if (parts.length <= DRAWN) return parts.map(({ branch }) => branch());
  const decisive = parts.toSorted((a, b) => Number(b.truth === truth) - Number(a.truth === truth)).slice(0, DRAWN);
  const drawnParts = parts.filter((part) => decisive.includes(part));
  return [...drawnParts.map(({ branch }) => branch()), leaf(`… and ${parts.length - DRAWN} more`)];
}

function leaf(label: string): Branch {
  return { label, branches: [] };
}

function drawn({ label, branches }: Branch, paint: Painter): readonly string[] {
  const below = branches.flatMap((branch, at) => {
    const isLast = at === branches.length - 1;
    const [first = '', ...rest] = drawn(branch, paint);
    return [paint.dim(isLast ? '└─ ' : '├─ ') + first, ...rest.map((line) => paint.dim(isLast ? '   ' : '│  ') + line)];
  });
  return [label, ...below];
}

function mark(truth: Truth, paint: Painter): string {
  switch (truth) {
    case 'true':
      return paint.green('✓');
    case 'false':
      return paint.red('✗');
    case 'unknown':
      return paint.yellow('?');
    case 'error':
      return paint.red('!');
  }
}
