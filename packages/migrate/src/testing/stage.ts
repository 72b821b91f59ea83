import { encodeDocument, RawDocument, toDoc, type Doc, type Value } from '@argon/bson';
import { LegacyDatabase, run } from '@argon/branch/prefix';
import { Command, formatAddress, partialMatcher, WalEngine, type Reply } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore, type BranchRecord, type Store } from '@argon/wal';
import type { Db } from 'mongodb';
import { Mirror } from '../mirror/mirror';
import type { MirrorOptions } from '../mirror/contract';
import { plainSite, type Site } from '../site/site';

/** A log with everything above it. */
export interface Log {
  readonly store: Store;
  readonly engine: WalEngine;
  close(): Promise<void>;
}

export async function openLog(address = 'memory:'): Promise<Log> {
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const engine = new WalEngine(store, materializer);
  return {
    store,
    engine,
    close: async () => {
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}

/** A database of mongod that is a site, and a log with the project `shop`. */
export interface Stage {
  readonly uri: string;
  readonly database: LegacyDatabase;
  readonly db: Db;
  readonly site: Site;
  readonly log: Log;
  readonly main: BranchRecord;
  /** Opens a mirror of the site into `main`. */
  mirror(options?: Partial<MirrorOptions>): Promise<Mirror>;
  /** Sends an insert with documents in bytes to mongod. */
  insert(collection: string, documents: readonly Uint8Array[]): Promise<void>;
  /** Runs a command on the branch. */
  ask(command: Readonly<Record<string, unknown>>, branch?: string): Promise<Reply>;
  close(): Promise<void>;
}

let made = 0;

export async function openStage(address = 'memory:', server?: string): Promise<Stage> {
  const url = new URL(server ?? (await sharedMongod()).uri);
  url.pathname = `/argon_mirror_${process.pid}_${made++}`;
  const uri = url.toString();
  const database = await LegacyDatabase.open(uri);
  await database.db.dropDatabase();
  const log = await openLog(address);
  const { branch: main } = await log.store.createProject({
    name: 'shop',
    branchName: 'main',
    actor: NOBODY,
  });
  const site = plainSite(database);
  return {
    uri,
    database,
    db: database.db,
    site,
    log,
    main,
    mirror: (options = {}) =>
      Mirror.open({ engine: log.engine, project: 'shop', branch: 'main', site, ...options }),
    insert: async (collection, documents) => {
      await run(database, { insert: collection, ordered: false }, documents);
    },
    ask: (command, branch = 'main') => ask(log, command, branch),
    close: async () => {
      await log.close();
      await database.db.dropDatabase();
      await database.close();
    },
  };
}

/** Runs a command on a branch of `shop`. @throws Error with the reply's message */
async function ask(log: Log, command: Readonly<Record<string, unknown>>, branch = 'main'): Promise<Reply> {
  const address = formatAddress({ project: 'shop', branch });
  const reply = await log.engine.handle(Command.from(command, address), { connectionId: 1, actor: NOBODY });
  if (Number(reply.get('ok')) !== 1) throw new Error(String(reply.get('errmsg')));
  return reply;
}

/** A cursor's documents in bytes, however many. */
export async function documentsOf(
  log: Log,
  command: Readonly<Record<string, unknown>>,
  branch = 'main',
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  let reply = await ask(log, command, branch);
  for (;;) {
    const cursor = reply.get('cursor') as unknown as Doc;
    const batch = (cursor.get('firstBatch') ?? cursor.get('nextBatch')) as readonly (RawDocument | Doc)[];
    for (const each of batch) found.push(each instanceof RawDocument ? each.bytes : encodeDocument(each));
    const id = cursor.get('id') as Value;
    if (Number(id) === 0) return found;
    reply = await ask(log, { getMore: id, collection: Object.values(command)[0] }, branch);
  }
}

export function bytes(document: Readonly<Record<string, unknown>>): Uint8Array {
  return encodeDocument(toDoc(document));
}
