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

/** As many runs as are named, fewer where `CARDEA_RUNS` asks for fewer, as the mutation of the source does. */
export function runsAtMost(most: number): { readonly numRuns: number } {
  return { numRuns: Math.min(most, integer('CARDEA_RUNS') ?? most) };
}

/**
 * Runs of the law that the engine decides as the reference does: each compares two or three decisions, so that CI sees
 * 50,000. `CARDEA_ENGINE_RUNS` asks for another number, as the nightly run does.
 */
export function engineRuns(): { readonly numRuns: number } {
  return { numRuns: integer('CARDEA_ENGINE_RUNS') ?? 2 * (fc.readConfigureGlobal()?.numRuns ?? DEVELOPMENT_RUNS) };
}

/** Runs of a law over a database while developing and in CI: each is some hundred statements. */
const DATABASE_RUNS = 25;

/** Runs of a law over each real database. `CARDEA_DATABASE_RUNS` asks for another number, as the nightly run does. */
export function databaseRuns(): { readonly numRuns: number } {
  return { numRuns: integer('CARDEA_DATABASE_RUNS') ?? DATABASE_RUNS };
}

/**
 * Runs of the law that a filter selects what is allowed, each of a whole table of rows. `CARDEA_FILTER_RUNS` asks for
 * another number, as the nightly run does.
 */
export function filterRuns(): { readonly numRuns: number } {
  return { numRuns: integer('CARDEA_FILTER_RUNS') ?? DEVELOPMENT_RUNS };
}

/** Models and policies that CI compares with casbin, each with twenty requests. */
const CASBIN_RUNS = 500;

/**
 * Runs of the law that our casbin answers as casbin does, whatever else `CARDEA_RUNS` asks for: `CARDEA_CASBIN_RUNS`
 * asks for more, as the nightly run does with 20,000.
 */
export function casbinRuns(): { readonly numRuns: number } {
  return { numRuns: integer('CARDEA_CASBIN_RUNS') ?? CASBIN_RUNS };
}

/** How long such a law may take, in milliseconds. */
export const ENGINE_TIMEOUT = 7_200_000;

/**
 * Rounds of a test in which a process or a server is killed, each time at another moment. `CARDEA_FAULT_ROUNDS` asks for
 * another number, as the nightly run does with 100.
 */
export function faultRounds(): number {
  return integer('CARDEA_FAULT_ROUNDS') ?? 10;
}

function integer(name: string): number | undefined {
  // the same file runs in a browser bundle, which has no process
  const text = globalThis.process?.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`\`${name}\` is not an integer: \`${text}\``);
  return value;
}
