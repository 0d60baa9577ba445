import { describe } from 'vitest';
import { versionStoreCases } from '../../../test/version-store-cases.ts';
import { MemoryVersionStore } from './memory-version-store.ts';

describe('MemoryVersionStore', () => {
  versionStoreCases(async () => {
    const store = new MemoryVersionStore({});
    return () => store;
  });
});
