import fc from 'fast-check';

/** Runs of a property while developing; CI asks for more by `CARDEA_RUNS`. */
const DEVELOPMENT_RUNS = 1_000;

/**
 * Sets fast-check's defaults for this process: `CARDEA_RUNS` runs for every property that names no
 * number of its own, and the seed `CARDEA_SEED` where given, to repeat a failure.
 */
export function configureProperties(): void {
  const numRuns = integer('CARDEA_RUNS') ?? DEVELOPMENT_RUNS;
  if (numRuns < 1) throw new Error(`\`CARDEA_RUNS\` is not positive: \`${numRuns}\``);
  const seed = integer('CARDEA_SEED');
  fc.configureGlobal({ numRuns, ...(seed === undefined ? {} : { seed }) });
}

function integer(name: string): number | undefined {
  // the same file runs in a browser bundle, which has no process
  const text = globalThis.process?.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`\`${name}\` is not an integer: \`${text}\``);
  return value;
}
