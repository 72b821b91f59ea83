import { describe, it } from 'vitest';
import { storePartsCompliance } from '../../../testing/parts';
import { testDatabase } from '../testing/database';

storePartsCompliance(
  'MongoDB',
  { multiProcess: true },
  async () => {
    const database = await testDatabase();
    return {
      open: (now) => database.open(now ? { now } : {}),
      remove: () => database.dispose(),
    };
  },
  { describe, it },
);
