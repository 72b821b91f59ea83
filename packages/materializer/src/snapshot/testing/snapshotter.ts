import { openStore } from '@argon/wal';
import { Materializer } from '../../materializer';
import { evenMatcher } from '../../testing/index';

/*
 * A process that takes snapshots of all branches of a project, to be killed: snapshotter.ts ADDRESS PROJECT-ID ROUNDS.
 * Says when it begins, and when it is done.
 */
const [address, projectId, rounds] = process.argv.slice(2);
const store = await openStore(address!, { create: false });
process.stdout.write('begun\n');
for (let round = 0; round < Number(rounds); round++) {
  // A new one each time takes every snapshot from the one before it, or from the log.
  const materializer = new Materializer(store, {
    snapshots: false,
    warm: false,
    partialMatcher: evenMatcher,
  });
  for (const { id } of await store.branches(Number(projectId))) await materializer.snapshot(id);
  await materializer.close();
}
process.stdout.write('done\n');
await store.close();
