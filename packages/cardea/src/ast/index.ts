/**
 * The condition tree that every policy becomes: its nodes, builders, walks, normal form, digest and text.
 *
 * @packageDocumentation
 */
export { and, attr, call, every, FALSE, item, not, or, some, sure, TRUE, test, value } from './build.ts';
export type {
  AttrOperand,
  CallOperand,
  Category,
  Condition,
  ConstCondition,
  EachCondition,
  ItemOperand,
  JunctionCondition,
  NotCondition,
  Operand,
  SlotOperand,
  SureCondition,
  TestCondition,
  ValueOperand,
} from './condition.ts';
export { CATEGORIES } from './condition.ts';
export { digest } from './digest.ts';
export { defineFunction, type FunctionDefinition, type FunctionTable } from './functions.ts';
export {
  canonicalJson,
  compareCodePoints,
  isJsonObject,
  type Json,
  JSON_TYPES,
  type JsonObject,
  type JsonType,
  jsonEqual,
  jsonTypeOf,
} from './json.ts';
export { type Address, type Network, networkContains, networkProblem, parseAddress, parseNetwork } from './network.ts';
export { normalizeCondition } from './normalize.ts';
export { type OperandType, OPERATORS, type Operator, type OperatorFacts } from './operators.ts';
export { printCondition, printOperand } from './print.ts';
export { andTruth, notTruth, orTruth, sureTruth, type Truth, truthOf } from './truth.ts';
export { type ConditionFold, foldCondition, operandsOf } from './walk.ts';
