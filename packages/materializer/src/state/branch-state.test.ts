import assert from 'node:assert/strict';
import { encodeDocument, idKey, type Value } from '@argon/bson';
import { provisionalLsn, type DraftEntry } from '@argon/wal';
import { describe, it } from 'vitest';
import { LogInconsistentError } from '../errors';
import { controlEntry, createCollection, createIndex, insert, remove, update } from '../testing/entries';
import { LayeredBranchState } from './branch-state';
import type { AppliedEntry, BranchState } from './contract';

/** Entries at consecutive LSNs, the first two being the project's and the branch's birth. */
function at(first: number, entries: readonly DraftEntry[]): AppliedEntry[] {
  return entries.map((entry, i) => ({ ...entry, lsn: first + i }));
}

const EMPTY = LayeredBranchState.empty(2, 2, 1_000);
const CITIES = EMPTY.advance(
  at(3, [createCollection('cities'), insert('cities', { _id: 1 }), insert('cities', { _id: 'a' })]),
  {
    lsn: 5,
    timestamp: 2_000,
  },
);

async function records(state: BranchState, name = 'cities'): Promise<unknown> {
  return (await state.collections.get(name)?.scan().next()) ?? [];
}

describe('a branch state', () => {
  it('holds what entries put there, in natural order', async () => {
    assert.equal(CITIES.lsn, 5);
    assert.equal(CITIES.timestamp, 2_000);
    assert.deepEqual(await records(CITIES), [
      { record: 4, lsn: 4 },
      { record: 5, lsn: 5 },
    ]);
    assert.deepEqual(await CITIES.collections.get('cities')!.byId(idKey('a')), { record: 5, lsn: 5 });
    assert.equal(await CITIES.collections.get('cities')!.byId(idKey('b')), undefined);
  });

  it('never changes when the next one is derived', async () => {
    const next = CITIES.advance(
      at(6, [update('cities', { _id: 1, x: 1 }, 4), remove('cities', { _id: 'a' }, 5)]),
      {
        lsn: 7,
        timestamp: 3_000,
      },
    );
    assert.deepEqual(await records(next), [{ record: 4, lsn: 6 }]);
    assert.equal(next.collections.get('cities')!.count, 1);
    assert.equal(CITIES.collections.get('cities')!.count, 2);
    assert.deepEqual(await CITIES.collections.get('cities')!.byId(idKey('a')), { record: 5, lsn: 5 });
    assert.deepEqual(next.timeline.segments, [{ branchId: 2, from: 0, to: 7 }]);
  });

  it('keeps the place of a record that is updated, and gives a new one to a document inserted again', async () => {
    const next = CITIES.advance(
      at(6, [
        update('cities', { _id: 1, x: 1 }, 4),
        remove('cities', { _id: 1 }, 4, 6),
        insert('cities', { _id: 1 }),
      ]),
      { lsn: 8, timestamp: 3_000 },
    );
    assert.deepEqual(await records(next), [
      { record: 5, lsn: 5 },
      { record: 8, lsn: 8 },
    ]);
  });

  it('finds ids by value, whatever the numeric type, and tells field order apart', async () => {
    const id = (pairs: [string, Value][]) => new Map(pairs);
    const ab = id([
      ['a', 1],
      ['b', 2],
    ]);
    const ba = id([
      ['b', 2],
      ['a', 1],
    ]);
    const next = CITIES.advance(
      at(6, [insert('cities', new Map([['_id', ab]])), insert('cities', new Map([['_id', ba]]))]),
      {
        lsn: 7,
        timestamp: 0,
      },
    );
    const cities = next.collections.get('cities')!;
    assert.deepEqual(await cities.byId(idKey(1n)), { record: 4, lsn: 4 });
    assert.deepEqual(await cities.byId(idKey(ab)), { record: 6, lsn: 6 });
    assert.deepEqual(await cities.byId(idKey(ba)), { record: 7, lsn: 7 });
  });

  it('applies the catalogue: options, indexes, rename, drop', async () => {
    const specification = {
      v: 2,
      key: { name: 1 },
      name: 'name_1',
      unique: true,
      partialFilterExpression: { x: 1 },
    };
    const indexed = CITIES.advance(
      at(6, [
        createIndex('cities', specification),
        controlEntry('modify_collection', 'cities', { options: { capped: true } }),
      ]),
      { lsn: 7, timestamp: 0 },
    );
    const { catalog } = indexed.collections.get('cities')!;
    const [index] = catalog.indexes;
    assert.deepEqual([...catalog.options], [['capped', true]]);
    assert.deepEqual(
      [index!.name, index!.unique, index!.sparse, [...index!.key]],
      ['name_1', true, false, [['name', 1]]],
    );
    assert.deepEqual(index!.partial, new Map([['x', 1]]));
    assert.equal(catalog.uuid.length, 16);

    const renamed = indexed.advance(
      at(8, [controlEntry('rename_collection', 'cities', { to: 'towns' }), insert('towns', { _id: 2 })]),
      { lsn: 9, timestamp: 0 },
    );
    assert.deepEqual([...renamed.collections.keys()], ['towns']);
    assert.equal(renamed.collections.get('towns')!.count, 3);
    assert.deepEqual(renamed.collections.get('towns')!.catalog.uuid, catalog.uuid);
    assert.deepEqual(renamed.collections.get('towns')!.catalog.indexes, catalog.indexes);

    const dropped = renamed.advance(
      at(10, [
        controlEntry('drop_index', 'towns', { name: 'name_1' }),
        controlEntry('drop_collection', 'towns', {}),
      ]),
      { lsn: 11, timestamp: 0 },
    );
    assert.equal(dropped.collections.size, 0);
    assert.equal(renamed.collections.get('towns')!.count, 3);
  });

  it('renames over another collection only if told to', async () => {
    const two = CITIES.advance(at(6, [createCollection('towns'), insert('towns', { _id: 9 })]), {
      lsn: 7,
      timestamp: 0,
    });
    const over = at(8, [controlEntry('rename_collection', 'cities', { to: 'towns', dropTarget: true })]);
    assert.deepEqual(
      await records(two.advance(over, { lsn: 8, timestamp: 0 }), 'towns'),
      await records(CITIES),
    );
    const onto = at(8, [controlEntry('rename_collection', 'cities', { to: 'towns' })]);
    assert.throws(() => two.advance(onto, { lsn: 8, timestamp: 0 }), LogInconsistentError);
  });

  it('has the documents of drafts, by their provisional LSNs', async () => {
    const lsn = provisionalLsn(0);
    const draft = CITIES.advance([{ ...insert('cities', { _id: 5, x: 'draft' }), lsn }], {
      lsn,
      timestamp: 0,
    });
    assert.deepEqual(await draft.collections.get('cities')!.byId(idKey(5)), { record: lsn, lsn });
    assert.deepEqual(draft.drafts?.get(lsn), encodeDocument({ _id: 5, x: 'draft' }));
    assert.equal(CITIES.drafts, undefined);
  });

  it('is marked when its branch is deleted', () => {
    const entries = at(6, [controlEntry('delete_branch', '', { name: 'main' })]);
    assert.equal(CITIES.advance(entries, { lsn: 6, timestamp: 0 }).deleted, true);
  });

  it.each<[string, DraftEntry]>([
    ['an insert into a collection that was never created', insert('towns', { _id: 1 })],
    ['an insert that repeats an _id', insert('cities', { _id: 1 })],
    ['an update of a record that is not there', update('cities', { _id: 1 }, 99)],
    ['a delete of a record that is not there', remove('cities', { _id: 1 }, 99)],
    ['a delete whose _id is another record’s', remove('cities', { _id: 1 }, 5)],
    ['a collection created twice', createCollection('cities')],
    ['the drop of a collection that is not there', controlEntry('drop_collection', 'towns', {})],
    ['the drop of an index that is not there', controlEntry('drop_index', 'cities', { name: 'x_1' })],
    ['a reset, which lies elsewhere in the log', controlEntry('reset_branch', '', { to: 3 })],
  ])('refuses %s', (_, entry) => {
    assert.throws(() => CITIES.advance(at(6, [entry]), { lsn: 6, timestamp: 0 }), LogInconsistentError);
  });
});
