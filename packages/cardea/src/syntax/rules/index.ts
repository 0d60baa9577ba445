/**
 * The rules: functions that return plain data (`eq(1)` is `{ $eq: 1 }`), so that a policy written in
 * TypeScript, its JSON and its YAML are the same.
 *
 * @packageDocumentation
 */
export { eq, greater, greaterOrEqual, less, lessOrEqual, notEq } from './comparison.ts';
export { actionEqual, actionMatch, resourceIn, resourceMatch, subjectEqual, subjectMatch } from './inquiry.ts';
export { allIn, allNotIn, anyIn, anyNotIn, isIn, noneIn, notIn } from './list.ts';
export {
  absent,
  and,
  any,
  custom,
  every,
  falsy,
  neither,
  not,
  or,
  present,
  some,
  truthy,
  type,
  withAttributes,
} from './logic.ts';
export { slot } from './slot.ts';
export {
  cidr,
  contains,
  documentMatch,
  endsWith,
  partOf,
  regexMatch,
  startsWith,
  strEqual,
  strPairsEqual,
  type TextOptions,
} from './text.ts';
export { after, before, timeWindow } from './time.ts';
