import { fromDoc, decodeDocument, type RawDocument } from '@argon/bson';
import { Command, partialMatcher, WalEngine, type Reply, type WalEngineOptions } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Actor, type Store } from '@argon/wal';
import { WalBranchService } from '../wal-mode/wal-branch-service';

/** A store in memory with everything above it, for tests. */
export interface Stack {
  readonly store: Store;
  readonly materializer: Materializer;
  readonly engine: WalEngine;
  readonly branches: WalBranchService;
  /** Runs a command on a database (`shop~feature@12`). @throws Error with the reply's message, or the first write error's */
  run(database: string, command: Readonly<Record<string, unknown>>, actor?: Actor): Promise<Reply>;
  /** All documents of a collection, by `_id` as text. */
  documents(database: string, collection: string): Promise<Map<string, Record<string, unknown>>>;
  /** The head of a branch. */
  head(project: string, branch?: string): Promise<number>;
  close(): Promise<void>;
}

/** @param options of the engine */
export async function openStack(address = 'memory:', options: WalEngineOptions = {}): Promise<Stack> {
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const engine = new WalEngine(store, materializer, options);
  const branches = new WalBranchService(store, materializer);
  const run: Stack['run'] = async (database, command, actor = NOBODY) => {
    const reply = await engine.handle(Command.from(command, database), { connectionId: 1, actor });
    const [failure] = (reply.get('writeErrors') ?? []) as unknown as ReadonlyMap<string, unknown>[];
    if (Number(reply.get('ok')) !== 1 || failure !== undefined) {
      throw new Error(String((failure ?? reply).get('errmsg')));
    }
    return reply;
  };
  return {
    store,
    materializer,
    engine,
    branches,
    run,
    documents: async (database, collection) => {
      const reply = await run(database, { find: collection, batchSize: 1_000_000 });
      const cursor = reply.get('cursor') as ReadonlyMap<string, readonly RawDocument[]>;
      const found = cursor.get('firstBatch')!.map(({ bytes }) => fromDoc(decodeDocument(bytes)));
      return new Map(found.map((document) => [String(document['_id']), document]));
    },
    head: async (project, branch = 'main') => (await branches.get(project, branch)).headLsn,
    close: async () => {
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}

/** An engine for which a handful of changes is too many for one commit. */
export const STAGED: WalEngineOptions = {
  draftLimits: { first: { entries: 2, bytes: 1 << 20 }, next: { entries: 1, bytes: 1 << 20 } },
};

let opened = 0;

/** In turns: an engine that writes what services do as one commit, and one for which that is too large. */
export async function openEitherWay(): Promise<Stack> {
  return openStack('memory:', opened++ % 2 === 0 ? {} : STAGED);
}
