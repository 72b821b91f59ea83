import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPrefixStage, type PrefixStage } from '../testing/stage';

type Run = PrefixStage['plain'];
interface Cursor {
  readonly id: bigint;
  readonly ns: string;
  readonly firstBatch?: readonly Record<string, unknown>[];
  readonly nextBatch?: readonly Record<string, unknown>[];
}

describe('change streams of a traditional branch', () => {
  let stage: PrefixStage;
  beforeEach(async () => {
    stage = await openPrefixStage((await sharedMongod()).uri);
    for (const run of sides()) {
      await run({ create: 'users', changeStreamPreAndPostImages: { enabled: true } });
    }
  });
  afterEach(() => stage?.close());
  const sides = (): Run[] => [stage.plain, stage.branch];

  const open = async (run: Run, collection: unknown, options = {}, rest: readonly object[] = []) => {
    const pipeline = [{ $changeStream: options }, ...rest];
    const { reply } = await run({ aggregate: collection, pipeline, cursor: { batchSize: 0 } });
    expect(Number(reply['ok'])).toBe(1);
    return reply['cursor'] as Cursor;
  };

  const read = async (run: Run, cursor: Cursor, count: number): Promise<unknown[]> => {
    const events: unknown[] = [];
    while (events.length < count) {
      const collection = cursor.ns.slice(cursor.ns.indexOf('.') + 1);
      const { reply, text } = await run({ getMore: cursor.id, collection, maxTimeMS: 2000 });
      const batch = (reply['cursor'] as Cursor | undefined)?.nextBatch ?? [];
      if (batch.length === 0) throw new Error(`only ${events.length} of ${count} events: ${text}`);
      events.push(...(JSON.parse(text) as { cursor: { nextBatch: unknown[] } }).cursor.nextBatch);
    }
    return events;
  };

  const work = async (run: Run) => {
    await run({ insert: 'users', documents: [{ _id: 1, name: 'users' }] });
    await run({ update: 'users', updates: [{ q: { _id: 1 }, u: { $set: { name: 'feature_users' } } }] });
    await run({ delete: 'users', deletes: [{ q: { _id: 1 }, limit: 1 }] });
    await run({ renameCollection: 'DATABASE.users', to: 'DATABASE.people', $db: 'admin' });
    await run({ drop: 'people' });
  };

  it("tell of a collection's events as on a database of its own", async () => {
    const images = { fullDocument: 'updateLookup', fullDocumentBeforeChange: 'whenAvailable' };
    const seen = [];
    for (const run of sides()) {
      const cursor = await open(run, 'users', images);
      await work(run);
      seen.push(await read(run, cursor, 5));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(JSON.stringify(seen[1])).not.toMatch(/legacy|feature_people/);
  });

  it("tell of the branch's events alone, with expanded ones too", async () => {
    const seen = [];
    for (const run of sides()) {
      const cursor = await open(run, 1, { showExpandedEvents: true });
      for (const other of ['main', 'feature_x']) {
        await stage.branch({ insert: 'users', documents: [{ _id: `of ${other}` }] }, other);
      }
      await work(run);
      await run({ create: 'seen', viewOn: 'people', pipeline: [{ $unionWith: 'users' }] });
      await run({ insert: 'last', documents: [{ _id: 1 }] });
      seen.push((await read(run, cursor, 7)).slice(0, 7));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(JSON.stringify(seen[1])).not.toContain('legacy');
  });

  it('can be filtered by the names that users know', async () => {
    const seen = [];
    for (const run of sides()) {
      const cursor = await open(run, 1, {}, [{ $match: { 'ns.coll': 'orders', 'ns.db': 'DATABASE' } }]);
      await run({ insert: 'users', documents: [{ _id: 1 }] });
      await run({ insert: 'orders', documents: [{ _id: 1 }] });
      seen.push(await read(run, cursor, 1));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]).toMatchObject([{ operationType: 'insert', ns: { db: 'DATABASE', coll: 'orders' } }]);
  });

  it('go on from a token', async () => {
    const cursor = await open(stage.branch, 'users');
    await stage.branch({ insert: 'users', documents: [{ _id: 1 }, { _id: 2 }] });
    const { reply } = await stage.branch({ getMore: cursor.id, collection: 'users', batchSize: 1 });
    const [event] = (reply['cursor'] as Cursor).nextBatch!;
    const again = await open(stage.branch, 'users', { resumeAfter: event!['_id'] });
    expect(await read(stage.branch, again, 1)).toMatchObject([{ documentKey: { _id: { $numberInt: '2' } } }]);
  });
});
