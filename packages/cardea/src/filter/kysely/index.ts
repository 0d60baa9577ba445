/**
 * Plans as expressions of Kysely.
 *
 * @packageDocumentation
 */
export { cardea, cardeaSuperset, type KyselyFilter } from './kysely-filter.ts';
