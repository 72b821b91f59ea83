import { ArgonHandler, DEFAULT_FLAGS } from '@argon/branch';
import { DualMode } from '@argon/branch/dual';
import { ArgonClient, type ArgonDb } from '@argon/driver';
import { WalEngine, partialMatcher } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { MigrationService, SiteCrossing } from '@argon/migrate';
import { openStore } from '@argon/wal';
import { PROJECT } from './argon';

/** A store and a legacy database, as one client sees them. */
export interface Dual {
  readonly mode: DualMode;
  readonly migration: MigrationService;
  /** The branch `main`, or another, whichever side serves it. */
  db(branch?: string): ArgonDb;
  close(): Promise<void>;
}

/** Everything may be in the log, and nothing goes there by itself. */
const FLAGS = { ...DEFAULT_FLAGS, wal: true, newBranchesOnly: false };

/** Opens both as `ArgonClient` does with a legacy database. @param legacy `mongodb://…/database` */
export async function openDual(address: string, legacy: string): Promise<Dual> {
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const log = new ArgonHandler(new WalEngine(store, materializer));
  const flags = () => FLAGS;
  const crossing = (parts: ConstructorParameters<typeof SiteCrossing>[0]) => new SiteCrossing(parts);
  const mode = await DualMode.open({ log, legacy, project: PROJECT, flags, crossing });
  // What is in the log is durable before it is acknowledged, so what is in mongod has to be as well.
  const client = new ArgonClient(mode.handler, { writeConcern: { w: 'majority', journal: true } });
  await client.connect();
  return {
    mode,
    migration: new MigrationService({ log, directory: mode.sides.directory }, flags),
    db: (branch) => (branch === undefined ? client.db(PROJECT) : client.branch(PROJECT, branch)),
    close: async () => {
      await client.close();
      await mode.close();
      await log.close();
      await materializer.close();
      await store.close();
    },
  };
}
