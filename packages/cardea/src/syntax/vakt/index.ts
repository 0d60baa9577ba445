/** Reading what the Python library vakt stored, and policies that decide the same. */
export type {
  UnreadVaktPolicy,
  VaktBatch,
  VaktDatabase,
  VaktElementRow,
  VaktPolicyRow,
  VaktSource,
  VaktTables,
} from '../../ports/vakt-database.ts';
export { vaktFunctions } from './functions.ts';
export { importVakt, type VaktImport } from './import.ts';
export {
  type ExistingPolicy,
  importVaktDatabase,
  type VaktDatabaseImportOptions,
  type VaktDatabaseReport,
  type VaktProgress,
  type VaktTarget,
} from './import-database.ts';
export type { VaktImportOptions } from './import-options.ts';
export type { StoredVaktPolicy, VaktNote, VaktReport } from './import-report.ts';
export { sameVaktInquiry, vaktInquiry } from './inquiry.ts';
export { type LosslessJson, LosslessJsonError, parseLosslessJson } from './lossless-json.ts';
export type { VaktChecker } from './lower-vakt-policy.ts';
export { type SeveralParts, type VaktPattern, vaktPattern } from './phrase-pattern.ts';
export { readVaktRule, type VaktRuleForms } from './read-rule.ts';
