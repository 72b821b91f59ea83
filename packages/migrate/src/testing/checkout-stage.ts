import { LegacyDatabase, run as ask, BranchDirectory } from '@argon/branch/prefix';
import { WalBranchService } from '@argon/branch';
import { Binary, encodeDocument, type Doc, type Value } from '@argon/bson';
import { Command, partialMatcher, WalEngine, type Reply } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type DraftEntry, type Store } from '@argon/wal';
import { sharedMongod } from '@argon/tools-mongod';
import { plainSite, prefixSite, type Site } from '../site/site';

let serial = 0;

/** Project `shop` in a store, and a database of a real MongoDB beside it, for tests. */
export interface Stage {
  readonly store: Store;
  readonly engine: WalEngine;
  readonly branches: WalBranchService;
  readonly database: LegacyDatabase;
  /** The database's address. */
  readonly uri: string;
  /** All of the database. */
  readonly site: Site;
  /** Under the prefix `copy_`, beside branches `other` and `copy_x`. */
  prefixed(): Promise<Site>;
  /** Runs a command on branch main, or on `shop~branch`. @throws Error with the reply's message */
  run(command: Readonly<Record<string, unknown>>, database?: string): Promise<Reply>;
  /** Appends to branch main's log what no command would write. */
  append(
    entries: readonly (Partial<DraftEntry> & Pick<DraftEntry, 'operation' | 'collection'>)[],
  ): Promise<void>;
  head(branch?: string): Promise<number>;
  /** Runs a command on the MongoDB database. @throws LegacyServerError */
  ask(command: Readonly<Record<string, unknown>>, documents?: readonly Uint8Array[]): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @param address of the store */
export async function openStage(address = 'memory:'): Promise<Stage> {
  const uri = new URL((await sharedMongod()).uri);
  uri.pathname = `/argon_migrate_${process.pid}_${++serial}_${Date.now() % 100000}`;
  const database = await LegacyDatabase.open(uri.toString());
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const engine = new WalEngine(store, materializer);
  const branches = new WalBranchService(store, materializer);
  await store.createProject({ name: 'shop', branchName: 'main', actor: NOBODY });
  const head = async (branch = 'main'): Promise<number> => (await branches.get('shop', branch)).headLsn;
  return {
    store,
    engine,
    branches,
    database,
    head,
    uri: uri.toString(),
    site: plainSite(database),
    prefixed: async () => {
      const records = ['copy', 'other', 'copy_x'].map((name) => ({ name, project_id: 'shop' }));
      await database.db.collection('branches').insertMany(records);
      return prefixSite(new BranchDirectory(database, 'shop'), 'copy');
    },
    run: async (command, name = 'shop') => {
      const reply = await engine.handle(Command.from(command, name), { connectionId: 1, actor: NOBODY });
      const [failure] = (reply.get('writeErrors') ?? []) as unknown as ReadonlyMap<string, unknown>[];
      if (Number(reply.get('ok')) !== 1 || failure !== undefined) {
        throw new Error(String((failure ?? reply).get('errmsg')));
      }
      return reply;
    },
    append: async (entries) => {
      const { id } = await branches.get('shop', 'main');
      const blank = { documentId: null, document: null, prevLsn: 0, recordLsn: 0 };
      const commits = [{ entries: entries.map((entry) => ({ ...blank, ...entry })), actor: NOBODY }];
      const result = await store.append({ branchId: id, after: (await store.head(id)).lsn, commits });
      if (!('commits' in result)) throw new Error('the head moved');
    },
    ask: (command, documents) => ask(database, mapped(command), documents),
    close: async () => {
      await engine.close();
      await materializer.close();
      await store.close();
      await database.db.dropDatabase();
      await database.close();
    },
  };
}

/** An entry that makes a collection or view with options that no command takes yet. */
export function creation(
  collection: string,
  options: Readonly<Record<string, unknown>>,
  type: 'collection' | 'view' = 'collection',
): DraftEntry {
  const uuid = new Binary(crypto.getRandomValues(new Uint8Array(16)), Binary.SUBTYPE_UUID);
  const document = new Map<string, Value>([
    ['uuid', uuid],
    ['type', type],
    ['options', doc(options)],
  ]);
  const blank = { documentId: null, prevLsn: 0, recordLsn: 0 };
  return { ...blank, operation: 'create_collection', collection, document: encodeDocument(document) };
}

/** An object, and those in it, as documents. */
export function doc(fields: Readonly<Record<string, unknown>>): Doc {
  return new Map(Object.entries(fields).map(([name, value]) => [name, mappedValue(value)]));
}

function mapped(fields: Readonly<Record<string, unknown>>): Record<string, Value> {
  return Object.fromEntries(doc(fields));
}

function mappedValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(mappedValue);
  const isPlain =
    value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? doc(value as Record<string, unknown>) : (value as Value);
}
