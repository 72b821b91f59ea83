import { describe, it } from 'vitest';
import { storeCompliance } from '../../testing/index';
import { MemoryStore } from './memory-store';

storeCompliance({
  name: 'memory store',
  supports: { durable: false, multiProcess: false, compaction: true },
  open: async () => {
    const store = new MemoryStore();
    return { store, openAnother: () => Promise.reject(new Error('not supported')), dispose: async () => {} };
  },
  test: { describe, it },
});
