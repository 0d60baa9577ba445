/**
 * Cardea decides who may do what on which resource, from policies that are data.
 *
 * @packageDocumentation
 */
export { defineFunction, type FunctionDefinition, type FunctionTable } from './ast/functions.ts';
export type { Json, JsonObject } from './ast/json.ts';
export { EnfoldCache, type EnfoldCacheOptions } from './cache/enfold-cache.ts';
export { ObservableStorage } from './cache/observable-storage.ts';
export type { Combining } from './decide/combining.ts';
export { formatExplanation, type FormatExplanationOptions } from './decide/explain-format.ts';
export type { Painter } from './decide/explain-painter.ts';
export type {
  ConditionExplanation,
  Difference,
  ElementExplanation,
  Explanation,
  FieldExplanation,
  FieldName,
  ItemExplanation,
  OperandExplanation,
  OtherPolicies,
  PolicyExplanation,
  PolicyRole,
} from './decide/explanation.ts';
export {
  CardeaError,
  type ErrorCode,
  errorMessage,
  ERRORS,
  formatIssue,
  formatPath,
  isCardeaError,
  issuesError,
  type Issue,
  printable,
  quote,
} from './errors.ts';
export type { AuditMessage, AuditOptions } from './guard/audit-trail.ts';
export { type CachedGuard, type CachedGuardOptions, createCachedGuard } from './guard/caching.ts';
export { Guard, type GuardInquiry, type GuardOptions } from './guard/guard.ts';
export type { PlanQuestion } from './model/plan-question.ts';
export type { GuardLag, GuardStats } from './guard/policy-view.ts';
export { policyKeyer, type PolicyKeyerOptions } from './keying/keyer.ts';
export type { Decision, Diagnostic, Outcome, Revision } from './model/decision.ts';
export { attributes, entity, entityName } from './model/entity.ts';
export type { Entity, Inquiry, NamedAction } from './model/inquiry.ts';
export { linkUid, type PolicyLink } from './model/link.ts';
export type { LoweredParts, LoweredPolicy } from './model/lowered-policy.ts';
export type { Parsed } from './model/parsed.ts';
export type {
  AttributeReference,
  AttributeRules,
  Effect,
  Element,
  Policy,
  Rule,
  RuleArgument,
  RuleData,
  RuleName,
  SlotReference,
  TextArgument,
  TimeWindow,
  Weekday,
} from './model/policy.ts';
export type { ConditionalPlan, OpenCategory, PlanFacts, QueryPlan, UnconditionalPlan } from './model/query-plan.ts';
export type { AttributeRulesOf, ElementOf, InquiryOf, PolicyOf, PolicySchema } from './model/schema.ts';
export type { AttributeSource } from './ports/attributes.ts';
export type { AuditRecord, AuditSink } from './ports/audit.ts';
export type { ChangeBus } from './ports/change-bus.ts';
export type { CacheBackend, CacheInfo } from './ports/cache.ts';
export { type Clock, systemClock } from './ports/clock.ts';
export type { CreatePolicyEngine, EngineChange, EngineStats, PolicyEngine } from './ports/engine.ts';
export type { Logger } from './ports/logger.ts';
export type { InquiryKeys, KeysOfLink, KeysOfPolicy, PolicyKeyer } from './ports/policy-keys.ts';
export type {
  BulkOptions,
  Candidates,
  Changes,
  PolicyChange,
  PolicyPage,
  PolicyReader,
  PolicyWriter,
  RecordedChange,
  Storage,
  Watchable,
} from './ports/storage.ts';
export { MemoryStorage, type MemoryStorageOptions } from './storage/memory.ts';
export {
  type Checker,
  defaultChecker,
  exactChecker,
  fuzzyChecker,
  regexChecker,
  rulesChecker,
} from './syntax/checkers.ts';
export { allow, definePolicies, deny, type PolicyBuilders, type PolicyInput } from './syntax/define.ts';
export { functionTable } from './syntax/functions/table.ts';
export { type LowerOptions, lowerPolicy } from './syntax/lower-policy.ts';
export { type ParseOptions, parseInquiry, parseLink, parsePolicies, parsePolicy } from './syntax/validate.ts';
