import { CardeaError, quote } from '../errors.ts';

/** The options of a guard that are objects with methods, as whoever calls without a compiler may give them. */
interface UncheckedOptions {
  readonly checker?: unknown;
  readonly clock?: unknown;
  readonly functions?: unknown;
  readonly attributes?: unknown;
  readonly audit?: { readonly sinks: unknown };
  readonly snapshot?: unknown;
  readonly engine?: unknown;
  readonly policies?: unknown;
  readonly maxLagMs?: unknown;
}

/** What only a guard that holds its policies reads. */
const OF_RESIDENTS = ['engine', 'snapshot', 'maxLagMs'] as const;

/**
 * Refuses at once what a guard could only fail with later.
 *
 * @throws CARDEA_INVALID_ARGUMENT with what lacks which method
 */
export function requireGuardArguments(storage: unknown, options: UncheckedOptions): void {
  const { checker, clock, functions = [], attributes = [], audit, snapshot, maxLagMs } = options;
  if (options.policies === 'on-demand') {
    requireMethods('the storage', storage, ['findForInquiry', 'revision']);
    const idle = OF_RESIDENTS.find((name) => options[name] !== undefined);
    if (idle !== undefined)
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`${idle}\` is for a resident guard, not for one on demand`);
  } else requireMethods('the storage', storage, ['watch', 'revision', 'changesSince', 'retrieveAll']);
  if (checker !== undefined) requireMethods('the checker', checker, ['readString']);
  if (clock !== undefined) requireMethods('the clock', clock, ['now', 'elapsed']);
  for (const each of listOf('functions', functions)) requireMethods('a function', each, ['call']);
  for (const each of listOf('attributes', attributes)) requireMethods('a source of attributes', each, ['fetch']);
  if (snapshot !== undefined && !ArrayBuffer.isView(snapshot))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`snapshot\` must be a Uint8Array, not ${quote(snapshot)}`);
  if (maxLagMs !== undefined && !(typeof maxLagMs === 'number' && maxLagMs >= 0))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `maxLagMs must be at least 0, not ${quote(maxLagMs)}`);
  if (audit !== undefined)
    for (const each of listOf('audit.sinks', audit.sinks)) requireMethods('an audit sink', each, ['write']);
}

function listOf(name: string, list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list as readonly unknown[];
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `\`${name}\` must be a list, not ${quote(list)}`);
}

function requireMethods(what: string, given: unknown, methods: readonly string[]): void {
  const lacking = methods.find(
    (name) => typeof (given as Record<string, unknown> | null | undefined)?.[name] !== 'function',
  );
  if (lacking !== undefined)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${what} has no method \`${lacking}\`: ${quote(given)}`);
}
