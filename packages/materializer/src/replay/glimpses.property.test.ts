import assert from 'node:assert/strict';
import { decodeDocument, idKey, type Value } from '@argon/bson';
import { openStore, type Lsn, type Store } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Materializer } from '../materializer';
import { toHex } from '../testing/changes';
import { headOf, History, randomActions, shownAt, type NaiveBranch } from '../testing/index';

/** Every `_id` that a branch ever showed in a collection, by the hex that the model knows it by. */
function idsOf(branch: NaiveBranch, collection: string): Map<string, Value> {
  const ids = new Map<string, Value>();
  for (const { collections } of branch.states) {
    for (const hex of collections.get(collection)?.documents.keys() ?? []) {
      ids.set(hex, decodeDocument(Buffer.from(hex, 'hex')).get('_id')!);
    }
  }
  return ids;
}

/** Compares every document of a moment with the model; says how many were told without the rest of the state. */
async function glimpse(store: Store, branch: NaiveBranch, lsn: Lsn): Promise<number> {
  const expected = shownAt(branch, lsn)!;
  let alone = 0;
  const names = new Set(branch.states.flatMap(({ collections }) => [...collections.keys()]));
  for (const name of names) {
    const shown = expected.collections.get(name);
    for (const [hex, id] of idsOf(branch, name)) {
      // A new one each time: it knows no state, as if in a process that has just opened the store.
      const materializer = new Materializer(store, { snapshots: false });
      const key = idKey(id);
      const state = await materializer.documentStateAt(branch.id, lsn, name, key);
      const collection = state.collections.get(name);
      assert.equal(collection !== undefined, shown !== undefined, `${name} at ${lsn}`);
      const ref = await collection?.byId(key);
      const document = shown?.documents.get(hex);
      assert.deepEqual(ref && { ...ref }, document && { record: document.record, lsn: document.lsn });
      if (ref !== undefined) {
        const [bytes] = await materializer.documents(state, [ref.lsn]);
        assert.equal(toHex(bytes!), document!.bytes);
        if (collection!.count < shown!.documents.size) alone += 1;
      }
      await materializer.close();
    }
  }
  return alone;
}

it(
  'a document of a moment long ago is what the whole state of that moment shows',
  { timeout: 120_000 },
  async () => {
    const store = await openStore('memory:');
    let histories = 0;
    let alone = 0;
    // How many glimpses are to be had is chance: what too few histories leave open, more of them tell.
    do {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0 }), fc.integer({ min: 10, max: 40 }), async (seed, count) => {
          const history = await History.begin(store, `p${(histories += 1)}`, async () => undefined);
          const keeper = new Materializer(store, { snapshots: false });
          for (const [i, action] of randomActions(seed, count).entries()) {
            await history.play(action);
            if (i % 7 === seed % 7) await keeper.snapshot(history.branches[i % history.branches.length]!.id);
          }
          for (const branch of history.branches) {
            if (headOf(branch).deleted) continue;
            const first = branch.states[0]!.lsn;
            const span = headOf(branch).lsn - first + 1;
            for (let n = 0; n < 3; n++)
              alone += await glimpse(store, branch, first + ((seed + n * 7919) % span));
          }
          await keeper.close();
        }),
        { numRuns: 20 },
      );
    } while (alone <= 20 && histories < 400);
    expect(alone).toBeGreaterThan(20);
    await store.close();
  },
);
