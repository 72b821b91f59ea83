import { LegacyDatabase } from '@argon/branch/prefix';
import { partialMatcher, WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore } from '@argon/wal';
import { Checkout } from '../checkout/checkout';
import { plainSite } from '../site/site';

/*
 * A process that keeps a database in step with branch main of project shop, to be killed: follow-program.ts STORE URI.
 * Says when it begins.
 */
const [address, uri] = process.argv.slice(2);
const store = await openStore(address!, { create: false });
const engine = new WalEngine(store, new Materializer(store, { partialMatcher, warm: false }));
const site = plainSite(await LegacyDatabase.open(uri!));
process.stdout.write('begun\n');
const target = { engine, project: 'shop', branch: 'main', site, leaseMs: 400, atOnce: 40 };
await new Checkout(target).follow(new AbortController().signal).done;
