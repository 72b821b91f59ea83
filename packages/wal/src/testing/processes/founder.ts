import { NOBODY } from '../../entry/entry';
import { openStore } from '../../store/open';

/* Opens a store, which may not be there yet, and makes a project. Arguments: the store's address, the project's name. */
const [address, name] = process.argv.slice(2) as [string, string];
const store = await openStore(address);
await store.createProject({ name, branchName: 'main', actor: NOBODY });
await store.close();
