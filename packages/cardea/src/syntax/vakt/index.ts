/** Reading what the Python library vakt stored, and policies that decide the same. */
export { vaktFunctions } from './functions.ts';
export {
  importVakt,
  type StoredVaktPolicy,
  type VaktImport,
  type VaktImportOptions,
  type VaktNote,
  type VaktReport,
  type VaktSource,
} from './import.ts';
export { sameVaktInquiry, vaktInquiry } from './inquiry.ts';
export { type LosslessJson, LosslessJsonError, parseLosslessJson } from './lossless-json.ts';
export type { VaktChecker } from './lower-vakt-policy.ts';
export { type SeveralParts, type VaktPattern, vaktPattern } from './phrase-pattern.ts';
export { readVaktRule, type VaktRuleForms } from './read-rule.ts';
export type { VaktElementRow, VaktPolicyRow, VaktTables } from './stored.ts';
