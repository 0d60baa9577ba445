import {
  type Decision,
  Guard,
  type Inquiry,
  type Json,
  type JsonObject,
  MemoryStorage,
  type PolicyChange,
  type Storage,
} from 'cardea';
import { isJsonObject } from 'cardea/ast';
import { type DecidesInquiries, deciderOver, type Evaluation } from '../authzen/decider.ts';
import { readEvaluation } from '../authzen/evaluation.ts';
import { member } from '../authzen/read-parts.ts';
import type { EntityDirectory } from '../entities/entity-directory.ts';
import { RequestError } from '../http/request-error.ts';

/** Inquiries that were decided once, to see what would become of them. */
export interface DecisionLog {
  /** The latest inquiries, at most `limit`, the latest first. */
  latest(limit: number): Promise<readonly Inquiry[]>;
}

/** What a dry run needs. */
export interface DryRunOptions {
  readonly storage: Storage;
  readonly directory: EntityDirectory | undefined;
  /** Where a sample of inquiries is taken from; only those of the request when absent. */
  readonly decisionLog: DecisionLog | undefined;
  /** Makes a guard as the deciding one is, over policies of a dry run. */
  readonly guardOver?: ((storage: Storage) => DecidesInquiries & { close(): Promise<void> }) | undefined;
  /** How many inquiries are tried at most. */
  readonly evaluations: number;
}

/** What an inquiry is answered with. */
interface Told {
  readonly decision: boolean;
  readonly outcome: Decision['outcome'];
  readonly deciders: readonly string[];
}

/**
 * What changes would change: the inquiries of the request, or the latest of the decision log, that would be decided
 * otherwise. Nothing is stored.
 *
 * @throws RequestError 400 when the inquiries are none, and what the storage would refuse the changes with
 */
export async function dryRun(
  body: JsonObject,
  changes: readonly PolicyChange[],
  options: DryRunOptions,
): Promise<object> {
  const inquiries = await inquiriesOf(body, options);
  const { guardOver = (storage: Storage) => new Guard(storage) } = options;
  const { readStore } = await import('cardea/document');
  const { revision, policies, links } = await readStore(options.storage);
  const [now, then] = [new MemoryStorage(policies, { links }), new MemoryStorage(policies, { links })];
  await then.apply(changes);
  const guards = [guardOver(now), guardOver(then)] as const;
  try {
    const differing: object[] = [];
    for (const inquiry of inquiries) {
      // One after the other: a sample is large, and nobody waits for it.
      // oxlint-disable-next-line no-await-in-loop
      const [before, after] = (await Promise.all(guards.map((guard) => toldBy(guard, inquiry, options)))) as [
        Told,
        Told,
      ];
      if (JSON.stringify(before) !== JSON.stringify(after)) differing.push({ inquiry: inquiry.asked, before, after });
    }
    return { revision, tried: inquiries.length, differing };
  } finally {
    await Promise.all(guards.map((guard) => guard.close()));
  }
}

/** An inquiry of the request, which the directory is asked about, or one that was decided with all that was known. */
type Tried =
  | { readonly asked: Json; readonly evaluation: Evaluation }
  | { readonly asked: Inquiry; readonly evaluation: undefined };

async function inquiriesOf(body: JsonObject, options: DryRunOptions): Promise<readonly Tried[]> {
  const [given, log] = [member(body, 'inquiries'), member(body, 'log')];
  if ((given === undefined) === (log === undefined))
    throw new RequestError(400, 'a dry run has either `inquiries` or `log`');
  if (log !== undefined) return latest(log, options);
  if (!Array.isArray(given) || given.length > options.evaluations)
    throw new RequestError(400, `\`inquiries\` is not a list of at most ${options.evaluations}`);
  return (given as readonly Json[]).map((asked, at) => {
    if (!isJsonObject(asked)) throw new RequestError(400, `\`inquiries[${at}]\` is not an object`);
    return { asked, evaluation: readEvaluation(asked) };
  });
}

async function latest(log: Json, { decisionLog, evaluations }: DryRunOptions): Promise<readonly Tried[]> {
  if (decisionLog === undefined) throw new RequestError(400, 'there is no log of decisions here');
  if (!Number.isSafeInteger(log) || Number(log) < 1 || Number(log) > evaluations)
    throw new RequestError(400, `\`log\` is not a whole number from 1 to ${evaluations}`);
  return (await decisionLog.latest(Number(log))).map((asked) => ({ asked, evaluation: undefined }));
}

async function toldBy(
  guard: DecidesInquiries,
  { asked, evaluation }: Tried,
  { directory }: DryRunOptions,
): Promise<Told> {
  const decision =
    evaluation === undefined
      ? await guard.check(asked)
      : (await deciderOver(guard, directory).decide(evaluation)).decision;
  const { allowed, outcome, deciders } = decision;
  return { decision: allowed, outcome, deciders };
}
