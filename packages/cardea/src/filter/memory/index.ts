/**
 * Plans in memory: a predicate for things that are there already.
 *
 * @packageDocumentation
 */
export { filter, type Predicate, predicate } from './predicate.ts';
