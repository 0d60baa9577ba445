export { referenceDecider, type ReferenceOptions } from './reference-decider.ts';
export type { StorageCase } from './storage-case.ts';
export { storageCases, storageSuite, type StorageUnderTest, type TestFramework } from './storage-suite.ts';
