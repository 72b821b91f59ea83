import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { storeCompliance } from '../../testing/index';
import { openLmdbStore } from './lmdb-store';

for (const journal of [true, false]) {
  storeCompliance({
    name: journal ? 'LMDB store' : 'LMDB store without a journal',
    supports: { durable: true, multiProcess: true, compaction: true },
    open: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'argon-lmdb-'));
      return {
        store: await openLmdbStore(folder, { journal }),
        openAnother: () => openLmdbStore(folder, { journal }),
        dispose: () => rm(folder, { recursive: true }),
      };
    },
    test: { describe, it },
  });
}
