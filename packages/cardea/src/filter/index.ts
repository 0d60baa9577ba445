/**
 * Plans in memory: predicates, pages of what is allowed, and questions the other way round.
 *
 * @packageDocumentation
 */
export { type ClassAnswer, classCheck } from './class-check.ts';
export { filter, type Predicate, predicate } from './memory/predicate.ts';
export { type Page, page, type PageOptions, type PageSource } from './page.ts';
export { actionsFor, type Plans, resourcesFor, whoCan } from './reverse.ts';
