import { describe, it } from 'vitest';
import { MemoryBackend, MemoryDatabase } from '../../../test/memory-backend.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import { StoredStorage } from './stored-storage.ts';

const keyer = policyKeyer();

for (const tells of [true, false]) {
  const create = () => {
    const storage = new StoredStorage(new MemoryBackend(new MemoryDatabase(), { tells }), { keyer });
    return { storage, dispose: () => storage.close() };
  };
  storageSuite(`StoredStorage over a database that ${tells ? 'tells' : 'is asked'}`, create, { describe, it });
}
