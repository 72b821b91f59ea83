import { openStore } from '@argon/wal';
import { Materializer } from '../../materializer';

/*
 * A process that compacts a project in small steps, to be killed: compactor.ts ADDRESS PROJECT-ID SINCE-LSN GRACE.
 * Says when it begins, and when it is done.
 */
const [address, projectId, sinceLsn, grace] = process.argv.slice(2);
const store = await openStore(address!, { create: false });
const materializer = new Materializer(store);
process.stdout.write('begun\n');
await materializer.compact(
  { projectId: Number(projectId) },
  {
    keep: { sinceLsn: Number(sinceLsn) },
    grace: Number(grace),
    stepEntries: 5,
    now: () => Date.now() + 1e9,
  },
);
process.stdout.write('done\n');
await materializer.close();
await store.close();
