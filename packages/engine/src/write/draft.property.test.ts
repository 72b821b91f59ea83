import { documentId, encodeDocument, idKey } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partialMatcher } from '../match/partial';
import { BranchWriter } from './branch-writer';
import { Constraints } from './constraints';
import type { Draft } from './draft';

type Step =
  | { readonly do: 'insert' | 'update' | 'delete'; readonly id: number }
  | { readonly do: 'attempt'; readonly steps: readonly Step[] }
  | { readonly do: 'drop' | 'fail' };

const change = fc.record({
  do: fc.constantFrom('insert' as const, 'insert' as const, 'update' as const, 'delete' as const),
  id: fc.integer({ min: 0, max: 5 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: change },
  // What fails inside is undone, as a statement of a batch is.
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('attempt' as const), steps: fc.array(change, { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('drop' as const, 'fail' as const) }) },
);
const tasks = fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 8 });

/** Documents by id, and how often each was changed. */
type Model = Map<number, number>;

async function perform(draft: Draft, model: Model, one: Step): Promise<void> {
  const view = () => draft.collection('items');
  switch (one.do) {
    case 'insert':
      await draft.insert('items', encodeDocument({ _id: one.id, n: 0 }));
      expect(model.has(one.id)).toBe(false);
      model.set(one.id, 0);
      return;
    case 'update':
    case 'delete': {
      const record = await view().byId(one.id);
      expect(record !== undefined).toBe(model.has(one.id));
      if (record === undefined) return;
      const n = model.get(one.id)! + 1;
      if (one.do === 'delete') await draft.remove('items', record);
      else await draft.update('items', record, encodeDocument({ _id: one.id, n }));
      if (one.do === 'delete') model.delete(one.id);
      else model.set(one.id, n);
      return;
    }
    case 'attempt': {
      const savepoint = draft.savepoint();
      const before = new Map(model);
      try {
        for (const each of one.steps) await perform(draft, model, each);
      } catch (error) {
        expect(error).toMatchObject({ codeName: 'DuplicateKey' });
        draft.rollback(savepoint);
        restore(model, before);
      }
      return;
    }
    case 'drop':
      if (draft.state.collections.has('items')) draft.catalog('drop_collection', 'items', new Map());
      model.clear();
      return;
    case 'fail':
      throw new Error('fails');
  }
}

function restore(model: Model, before: Model): void {
  model.clear();
  for (const [id, n] of before) model.set(id, n);
}

it('writes of a group see what earlier ones of it changed, and nothing of those that failed', async () => {
  await fc.assert(
    fc.asyncProperty(tasks, async (works) => {
      const store = await openStore('memory:');
      const { branch } = await store.createProject({ name: 'shop', branchName: 'main', actor: NOBODY });
      const materializer = new Materializer(store, { partialMatcher });
      const writer = new BranchWriter(branch.id, store, materializer);
      const constraints = new Constraints('shop', materializer);
      const model: Model = new Map();
      const run = (steps: readonly Step[]) =>
        writer.run(
          async (draft) => {
            const before = new Map(model);
            try {
              for (const one of steps) await perform(draft, model, one);
            } catch (error) {
              restore(model, before);
              throw error;
            }
          },
          NOBODY,
          constraints,
        );
      const results = await Promise.allSettled(works.map(run));
      for (const result of results) {
        if (result.status === 'rejected') {
          expect(String(result.reason)).toMatch(/fails|E11000/);
        }
      }
      const state = await materializer.current(branch.id);
      const items = state.collections.get('items');
      expect(items?.count ?? 0).toBe(model.size);
      const refs = (await items?.scan().next()) ?? [];
      const documents = await materializer.documents(
        state,
        refs.map((ref) => ref.lsn),
      );
      expect(new Set(documents.map((bytes) => documentId(bytes)))).toEqual(new Set(model.keys()));
      for (const [id, n] of model) {
        const ref = await items!.byId(idKey(id));
        const [bytes] = await materializer.documents(state, [ref!.lsn]);
        expect(Buffer.from(bytes!)).toEqual(Buffer.from(encodeDocument({ _id: id, n })));
      }
      await materializer.close();
      await store.close();
    }),
    { numRuns: 200 },
  );
});
