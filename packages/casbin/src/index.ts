/**
 * Everything that `casbin` exports, with enforcers that look rules up instead of walking them.
 *
 * @packageDocumentation
 */
// Listed, because a star would pass on `module.exports` too, which `require` then takes for this module.
export {
  Assertion,
  BasicCsvParser,
  BracketAwareCsvParser,
  casbinJsGetPermissionForUser,
  Config,
  DefaultEffector,
  DefaultEffectorStream,
  DefaultLogger,
  DefaultRoleManager,
  Effect,
  EnforceContext,
  Filter,
  FunctionMap,
  getDefaultFileSystem,
  getLogger,
  logPrint,
  logPrintf,
  Model,
  mustGetDefaultFileSystem,
  newEnforceContext,
  newModel,
  newModelFromFile,
  newModelFromString,
  PolicyLoader,
  PolicyOp,
  requiredSections,
  sectionNameMap,
  setDefaultFileSystem,
  setLogger,
  Util,
} from '../upstream.cjs';
export type {
  Adapter,
  BatchAdapter,
  ConfigInterface,
  Effector,
  EffectorStream,
  FilteredAdapter,
  FileSystem,
  IPolicyParser,
  Logger,
  MatchingFunc,
  MatchingFunction,
  RoleManager,
  UpdatableAdapter,
  Watcher,
  WatcherEx,
} from '../upstream.cjs';
export { BatchFileAdapter, DefaultFilteredAdapter, FileAdapter, StringAdapter } from './adapters.ts';
export type { AllowedObjects } from './allowed-objects.ts';
export { CachedEnforcer, newCachedEnforcer } from './cached-enforcer.ts';
export { Enforcer, newEnforcer, newEnforcerWithClass } from './enforcer.ts';
export { FastEnforcer, newFastEnforcer } from './fast-enforcer.ts';
export type { FieldIndexing, IndexExplanation } from './index-explanation.ts';
export type { NamedRequest, OpenRequest, OpenRequestFor } from './open-request.ts';
export { Helper } from './policy-line.ts';
export { newSyncedEnforcer, SyncedEnforcer } from './synced-enforcer.ts';
export { type CasbinPolicies, type InquiryPart, type ReadableEnforcer, toPolicies } from './to-policies/to-policies.ts';
