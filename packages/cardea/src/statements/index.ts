/**
 * Statements of the form `{Sid, Effect, Action, Resource}` on users, groups and roles: as policies, and a guard that
 * answers for users and objects.
 *
 * @packageDocumentation
 */
export { documentOf } from '../syntax/functions/document.ts';
export { parseDirectory, type StatementDirectory } from '../syntax/statements/directory.ts';
export { importIam } from '../syntax/statements/import-iam.ts';
export { importLadon, type LadonImportOptions } from '../syntax/statements/import-ladon.ts';
export { policiesOfStatements } from '../syntax/statements/policies-of-statements.ts';
export { type Membership, principal } from '../syntax/statements/principal.ts';
export type { ResourcePattern, Statement, StatementHolder } from '../syntax/statements/statement.ts';
export { type StatementName, statementOfUid } from '../syntax/statements/statement-uid.ts';
export type { Principals } from './principal-cache.ts';
export {
  type StatementAnswer,
  type StatementDecider,
  StatementGuard,
  type StatementExplainOptions,
  type StatementGuardOptions,
  type StatementThings,
} from './statement-guard.ts';
export { type DocumentColumn, type DocumentRows, withoutDocuments } from './without-documents.ts';
