/** What became of one recorded case. */
export type Verdict =
  | { readonly kind: 'agrees' }
  /** The answers differ, on purpose: the number of the difference. */
  | { readonly kind: 'quirk'; readonly quirk: string }
  | { readonly kind: 'fails'; readonly message: string };

/** One recorded case. */
export interface Case {
  /** Where it stands: `line 7`, `line 7, inquiry 2`. */
  readonly name: string;
  /** The tags under which it is counted. */
  readonly tags: readonly string[];
  readonly verdict: Verdict;
}

/** The answers are the same. */
export const AGREES: Verdict = { kind: 'agrees' };

/**
 * The verdict on two answers: a quirk is asked for only where they differ.
 *
 * @param quirk the deliberate difference that explains it, if one does
 */
export function compare(expected: unknown, actual: unknown, quirk?: () => string | undefined): Verdict {
  const [wanted, got] = [JSON.stringify(expected), JSON.stringify(actual)];
  if (wanted === got) return AGREES;
  const excuse = quirk?.();
  return excuse === undefined
    ? { kind: 'fails', message: `expected ${shortened(wanted)}, got ${shortened(got)}` }
    : { kind: 'quirk', quirk: excuse };
}

/** The first verdict that is no agreement. */
export function first(...verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ kind }) => kind === 'fails') ?? verdicts.find(({ kind }) => kind === 'quirk') ?? AGREES;
}

function shortened(text: string | undefined): string {
  return text === undefined || text.length <= 600 ? String(text) : `${text.slice(0, 600)}…`;
}
