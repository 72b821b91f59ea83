import { writeSync } from 'node:fs';
import { openStore } from '../../store/open';
import { commitOf, insertion } from '../drafts';

/*
 * Writes until it is killed, and says so on standard output after each acknowledgement: one line with the branch, the
 * commit's LSN, its number of entries, and its name, which all its documents carry.
 * Arguments: the store's address, the run's name, the branches' ids with commas between.
 */
const [address, run, branches] = process.argv.slice(2) as [string, string, string];
const store = await openStore(address, { create: false });
let count = 0;

async function write(branchId: number): Promise<never> {
  for (;;) {
    const name = `${run}-${count++}`;
    // Mostly small, now and then of many pages, so that a kill meets every stage of a commit.
    const size = count % 7 === 0 ? 200 : 1 + (count % 4);
    const entries = Array.from({ length: size }, (_, i) =>
      insertion({ _id: `${name}-${i}`, name, size, pad: 'x'.repeat(count % 11 === 0 ? 6000 : 200) }),
    );
    const { lsn } = await store.head(branchId);
    const result = await store.append({ branchId, after: lsn, commits: [commitOf(...entries)] });
    if (!result.appended) continue;
    writeSync(1, `${branchId} ${result.commits[0]!.lsn} ${size} ${name}\n`);
  }
}

writeSync(1, 'ready\n');
await Promise.all(branches.split(',').map((id) => write(Number(id))));
