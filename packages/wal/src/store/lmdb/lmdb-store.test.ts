import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { storeCompliance } from '../../testing/index';
import { openLmdbStore } from './lmdb-store';

storeCompliance({
  name: 'LMDB store',
  supports: { durable: true, multiProcess: true, compaction: true },
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'argon-lmdb-'));
    return {
      store: await openLmdbStore(folder),
      openAnother: () => openLmdbStore(folder),
      dispose: () => rm(folder, { recursive: true }),
    };
  },
  test: { describe, it },
});
