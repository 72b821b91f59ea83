import { ArgonHandler, type Flags } from '@argon/branch';
import { DualMode } from '@argon/branch/dual';
import { LegacyDatabase } from '@argon/branch/prefix';
import { encodeDocument, type Doc, type RawDocument, type Value } from '@argon/bson';
import { Command, partialMatcher, WalEngine, type Reply } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore } from '@argon/wal';
import type { Db } from 'mongodb';
import { SiteCrossing } from '../cutover/site-crossing';
import { ShadowReads } from '../shadow/shadow-reads';
import { everyType } from '@argon/wal/testing';

let serial = 0;

/** A project `shop` whose branch `main` is prefixed collections, and an empty log. */
export interface DualStage {
  readonly uri: string;
  readonly db: Db;
  readonly log: ArgonHandler;
  readonly dual: DualMode;
  readonly shadow: ShadowReads;
  /** What came of turns that failed. */
  readonly failures: readonly unknown[];
  /** Runs a command on a database. @throws Error with the message of the reply, or of its first write error */
  run(command: Readonly<Record<string, unknown>>, name?: string): Promise<Reply>;
  /** Which side serves a branch. */
  type(branch: string): Promise<string>;
  /** A collection's documents by `_id`, in bytes. */
  documents(collection: string, name?: string): Promise<Buffer>;
  /** Specifications of a collection's indexes, in hexadecimal digits. */
  indexes(collection: string, name?: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @param flags as they are now */
export async function openDualStage(flags: () => Flags, address = 'memory:'): Promise<DualStage> {
  const url = new URL((await sharedMongod()).uri);
  url.pathname = `/argon_dual_${process.pid}_${++serial}`;
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const log = new ArgonHandler(new WalEngine(store, materializer));
  const database = await LegacyDatabase.open(url.toString());
  const { db } = database;
  await db.collection('projects').insertOne({ name: 'shop' });
  await db.collection('branches').insertOne({ name: 'main' });
  const failures: unknown[] = [];
  let shadow!: ShadowReads;
  const dual = await DualMode.open({
    log,
    legacy: url.toString(),
    flags,
    crossing: (parts) => new SiteCrossing(parts),
    shadow: (parts, current) => (shadow = new ShadowReads(parts, current)),
    turnFailed: (_, error) => failures.push(error),
    refreshMs: 100,
  });
  const context = { connectionId: 1, actor: NOBODY };
  const run = async (command: Readonly<Record<string, unknown>>, name = 'shop'): Promise<Reply> => {
    const given = await dual.handler.handle(Command.from(command, name), context);
    const [failure] = (given.get('writeErrors') ?? []) as unknown as Doc[];
    if (Number(given.get('ok')) !== 1 || failure !== undefined) {
      throw new Error(String((failure ?? given).get('errmsg')));
    }
    return given;
  };
  return {
    ...{ uri: url.toString(), db, log, dual, shadow, failures, run },
    type: async (branch) => (await dual.branches.get('shop', branch)).type,
    documents: async (collection, name) => {
      const found: Uint8Array[] = [];
      let reply = await run({ find: collection, sort: new Map([['_id', 1]]) }, name);
      for (;;) {
        found.push(...batchOf(reply));
        const id = (reply.get('cursor') as unknown as Doc).get('id') as Value;
        if (Number(id) === 0) return Buffer.concat(found);
        reply = await run({ getMore: id, collection }, name);
      }
    },
    indexes: async (collection, name) =>
      batchOf(await run({ listIndexes: collection }, name))
        .map((bytes) => Buffer.from(bytes).toString('hex'))
        .sort(),
    close: async () => {
      await dual.close();
      await log.close();
      await materializer.close();
      await store.close();
      await db.dropDatabase();
      await database.close();
    },
  };
}

/** Documents of every type in `types`, and people with a unique index in `people`, on branch `main`. */
export async function fillMain(stage: DualStage, people = 500): Promise<void> {
  const body = encodeDocument(
    new Map<string, Value>([
      ['insert', 'types'],
      ['$db', 'shop'],
    ]),
  );
  const insert = Command.fromBytes(body, new Map([['documents', everyType()]]));
  await stage.dual.handler.handle(insert, { connectionId: 1, actor: NOBODY });
  const email = new Map<string, unknown>([
    ['key', new Map([['email', 1]])],
    ['name', 'email'],
    ['unique', true],
  ]);
  await stage.run({ createIndexes: 'people', indexes: [email] });
  const documents = Array.from({ length: people }, (_, i) => ({ _id: i, email: `p${i}`, n: 0 }));
  await stage.run({ insert: 'people', documents });
}

/** A reply's documents, in bytes. */
export function batchOf(reply: Reply): readonly Uint8Array[] {
  const cursor = reply.get('cursor') as unknown as Doc;
  const batch = (cursor.get('firstBatch') ?? cursor.get('nextBatch')) as unknown as (RawDocument | Doc)[];
  return batch.map((each) => (each instanceof Map ? encodeDocument(each) : each.bytes));
}
