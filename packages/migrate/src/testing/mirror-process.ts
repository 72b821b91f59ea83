import { LegacyDatabase } from '@argon/branch/prefix';
import { Mirror } from '../mirror/mirror';
import { plainSite } from '../site/site';
import { openLog } from './stage';

/**
 * A mirror in a process of its own, until it is killed: `mirror-process.ts <store> <mongodb uri>`. Says `open` when it
 * has its branch, and `copied`.
 */
const [address, uri] = process.argv.slice(2) as [string, string];
const log = await openLog(address);
const site = plainSite(await LegacyDatabase.open(uri));
const mirror = await Mirror.open({ engine: log.engine, project: 'shop', branch: 'main', site });
console.log('open');
await mirror.copy();
console.log('copied');
await mirror.follow(new AbortController().signal);
