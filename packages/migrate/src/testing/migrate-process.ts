import { ArgonHandler, DEFAULT_FLAGS } from '@argon/branch';
import { BranchDirectory, LegacyDatabase } from '@argon/branch/prefix';
import { NOBODY } from '@argon/wal';
import { MigrationService } from '../migration/migration-service';
import { openLog } from './stage';

/**
 * Turns all branches of project `shop` over in a process of its own: `migrate-process.ts <store> <mongodb uri> <wal |
 * traditional>`. Says each step, and `done`.
 */
const [address, uri, to] = process.argv.slice(2) as [string, string, string];
const log = await openLog(address);
const directory = new BranchDirectory(await LegacyDatabase.open(uri), 'shop', { refreshMs: 200 });
const flags = { ...DEFAULT_FLAGS, wal: true, newBranchesOnly: false };
const parts = { log: new ArgonHandler(log.engine), directory };
const migration = new MigrationService(parts, () => flags);
const watch = { step: (step: string) => console.log(step) };
console.log('open');
for (const { branch } of await migration.status()) {
  if (to === 'wal') await migration.migrate(branch, NOBODY, { watch });
  else await migration.rollBack(branch, NOBODY, { watch });
}
console.log('done');
process.exit(0);
