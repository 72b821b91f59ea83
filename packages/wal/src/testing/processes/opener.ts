import { openStore } from '../../store/open';

/* Opens and closes a store again and again. Arguments: the store's address, how often. */
const [address, times] = process.argv.slice(2) as [string, string];
for (let n = 0; n < Number(times); n++) {
  const store = await openStore(address, { create: false });
  await store.close();
}
