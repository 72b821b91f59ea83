import { describe, it } from 'vitest';
import { storeCompliance } from '../../testing/index';
import { testDatabase } from './testing/database';

storeCompliance({
  name: 'mongodb',
  supports: { durable: true, multiProcess: true, compaction: true },
  open: async () => {
    const database = await testDatabase();
    return {
      store: await database.open(),
      openAnother: () => database.open(),
      dispose: () => database.dispose(),
    };
  },
  test: { describe, it },
});
