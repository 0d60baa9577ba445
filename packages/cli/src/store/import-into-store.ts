import { CardeaError, isCardeaError, type Issue, quote, type Revision, type Storage } from 'cardea';
import {
  type ImportCounts,
  type ImportMode,
  type ImportPlan,
  planImport,
  type PolicySet,
  readSame,
  readStore,
  type StoreReader,
} from 'cardea/document';
import { issuesFound } from '../report-error.ts';

/** How an import is made. */
export interface ImportOptions {
  readonly mode: ImportMode;
  /** The revision that the store must be at. */
  readonly ifRevision?: number | undefined;
  /** How many changes are made at a time; all at once when absent. */
  readonly batch?: number | undefined;
  readonly dryRun: boolean;
  /** Where a policy stands that is imported, for messages. */
  readonly positionOf: (uid: string) => Pick<Issue, 'file' | 'line' | 'column'>;
  /** Called after each batch, with how many changes are made. */
  readonly onProgress: (done: number, of: number) => void;
}

/** What an import did. */
export interface ImportResult {
  readonly revision: Revision;
  readonly counts: ImportCounts;
}

type Target = StoreReader & Pick<Storage, 'apply'>;

const ATTEMPTS = 10;

/**
 * Brings policies and links into a store: by one change, so that everybody sees all of it or nothing, unless `batch` says
 * otherwise. Where somebody else changes the store meanwhile, it is looked at again.
 *
 * @throws CARDEA_CONFLICT when the store is at another revision than it must be at; CARDEA_POLICY_EXISTS, with all issues,
 *   when it has other policies of these uids that are not to be replaced
 */
export async function importIntoStore(
  storage: Target,
  wanted: PolicySet,
  options: ImportOptions,
): Promise<ImportResult> {
  for (let attempt = 1; ; attempt++) {
    const { base, plan } = await plannedImport(storage, wanted, options);
    if (options.dryRun || plan.changes.length === 0) return { revision: base, counts: plan.counts };
    try {
      return { revision: await applyPlan(storage, plan, base, options), counts: plan.counts };
    } catch (error) {
      const isLost = isCardeaError(error) && error.code === 'CARDEA_CONFLICT' && (await storage.revision()) !== base;
      if (!isLost || options.ifRevision !== undefined || options.batch !== undefined || attempt === ATTEMPTS)
        throw error;
    }
  }
}

async function plannedImport(
  storage: Target,
  wanted: PolicySet,
  { mode, ifRevision, positionOf }: ImportOptions,
): Promise<{ readonly base: Revision; readonly plan: ImportPlan }> {
  const base = await storage.revision();
  if (ifRevision !== undefined && base !== ifRevision)
    throw new CardeaError('CARDEA_CONFLICT', `the store is at revision ${base}, not at ${ifRevision}`);
  const current = mode === 'replace' ? await readStore(storage) : await readSame(storage, wanted);
  const plan = planImport(current, wanted, mode);
  if (plan.conflicts.length === 0) return { base, plan };
  throw issuesFound(
    plan.conflicts.map((uid) => {
      const message = `the store has another policy ${quote(uid)}: --update replaces it`;
      return { code: 'CARDEA_POLICY_EXISTS', message, path: [], ...positionOf(uid) };
    }),
  );
}

async function applyPlan(
  storage: Target,
  { changes }: ImportPlan,
  base: Revision,
  { batch = changes.length, onProgress }: ImportOptions,
): Promise<Revision> {
  let revision = base;
  for (let at = 0; at < changes.length; at += batch) {
    revision = await storage.apply(changes.slice(at, at + batch), { ifRevision: revision });
    onProgress(Math.min(at + batch, changes.length), changes.length);
  }
  return revision;
}
