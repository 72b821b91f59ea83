import { openStore } from '../../store/open';
import { commitOf, insertion } from '../drafts';
import { pushContended } from '../fixture';

/*
 * Appends commits to one branch, computing again whenever another process was faster.
 * Arguments: the store's address, the branch's id, this process's name, how many commits, entries per commit.
 */
const [address, branchId, name, commits, size] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const store = await openStore(address, { create: false });
let lost = 0;
for (let n = 0; n < Number(commits); n++) {
  const entries = Array.from({ length: Number(size) }, (_, i) => insertion({ _id: `${name}-${n}-${i}` }));
  lost += await pushContended(store, Number(branchId), commitOf(...entries));
}
await store.close();
console.log(String(lost));
