import { printable, quote } from '../errors.ts';
import type { Explanation, OperandExplanation } from './explanation.ts';

/** The decision in one line. */
export function headline({ decision: { outcome, deciders } }: Explanation): string {
  const by = some(deciders.map(quote), 5);
  switch (outcome) {
    case 'allow':
      return `allowed by ${by}`;
    case 'deny':
      return `denied by ${by}`;
    case 'not-applicable':
      return 'denied: no policy applies';
    case 'indeterminate':
      return 'denied: a policy could not be evaluated, and nobody can know whether it denies';
  }
}

/** How many policies are not shown and where they failed, and whether there are more; nothing when all are shown. */
export function othersLines({ others, scope }: Explanation): readonly string[] {
  const hidden = others.count === 0 ? [] : [othersLine(others)];
  return scope === undefined ? hidden : [...hidden, 'only the candidates that the storage found were looked at'];
}

function othersLine({ count, firstFailed }: Explanation['others']): string {
  const failed = Object.entries(firstFailed)
    .filter(([, many]) => many > 0)
    .map(([field, many]) => `${many} at ${field}`);
  return `${count} other ${count === 1 ? 'policy does' : 'policies do'} not apply: ${failed.join(', ')}`;
}

/** What an operand was, `subject.role = "user"`; undefined for a constant, whose text says it all. */
export function seenText({ text, seen, missing, redacted, error }: OperandExplanation): string | undefined {
  const name = printable(text);
  if (missing) return `${name} missing`;
  if (redacted) return `${name} redacted`;
  if (error !== undefined) return `${name} failed: ${printable(error)}`;
  const value = JSON.stringify(seen);
  return value === text ? undefined : `${name} = ${printable(value.length > 80 ? `${value.slice(0, 79)}…` : value)}`;
}

/** The first of some texts, and how many more there are. */
export function some(texts: readonly string[], most: number): string {
  const more = texts.length - most;
  return more > 0 ? `${texts.slice(0, most).join(', ')} and ${more} more` : texts.join(', ');
}
