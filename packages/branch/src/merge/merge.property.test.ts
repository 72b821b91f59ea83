import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOBODY } from '@argon/wal';
import { openStack, type Stack } from '../testing/stack';
import { deciderOf } from './decide';
import { MergeService } from './merge-service';

type Fields = Record<string, number>;
type Model = Map<string, Fields>;

interface Change {
  readonly id: number;
  /** Undefined: the document goes. */
  readonly set: Readonly<Record<string, number | undefined>> | undefined;
}

const IDS = [0, 1, 2, 3, 4, 5];
const FIELDS = ['a', 'b', 'c'];
const change: fc.Arbitrary<Change> = fc.record({
  id: fc.constantFrom(...IDS),
  set: fc.option(
    fc.dictionary(fc.constantFrom(...FIELDS), fc.option(fc.nat({ max: 3 }), { nil: undefined }), {
      minKeys: 1,
      maxKeys: 2,
    }),
    { nil: undefined, freq: 5 },
  ),
});
const changes = fc.array(change, { maxLength: 8 });

async function play(stack: Stack, database: string, model: Model, list: readonly Change[]): Promise<void> {
  for (const { id, set } of list) {
    const key = String(id);
    if (set === undefined) {
      model.delete(key);
      await stack.run(database, { delete: 'items', deletes: [{ q: { _id: id }, limit: 1 }] });
      continue;
    }
    const fields = { ...model.get(key) };
    const update: Record<string, Record<string, unknown>> = {};
    for (const [name, value] of Object.entries(set)) {
      if (value === undefined) {
        delete fields[name];
        (update['$unset'] ??= {})[name] = 1;
      } else {
        fields[name] = value;
        (update['$set'] ??= {})[name] = value;
      }
    }
    model.set(key, fields);
    await stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u: update, upsert: true }] });
  }
}

/** What a person would make of three versions of everything, clashes going to `prefer`. */
function naive(
  base: Model,
  ours: Model,
  theirs: Model,
  prefer: 'ours' | 'theirs',
): { merged: Model; clashes: number } {
  const merged: Model = new Map();
  let clashes = 0;
  for (const id of IDS.map(String)) {
    const [b, o, t] = [base.get(id), ours.get(id), theirs.get(id)];
    const same = (x: Fields | undefined, y: Fields | undefined) =>
      x === y || (x !== undefined && y !== undefined && FIELDS.every((name) => x[name] === y[name]));
    let result: Fields | undefined;
    if (same(o, t) || same(b, t)) result = o;
    else if (same(b, o)) result = t;
    else if (o === undefined || t === undefined) {
      clashes += 1;
      result = prefer === 'ours' ? o : t;
    } else {
      let clashed = false;
      result = {};
      for (const name of FIELDS) {
        const [from, mine, other] = [b?.[name], o[name], t[name]];
        let value = mine;
        if (mine !== other && from !== other) {
          if (from === mine) value = other;
          else {
            clashed = true;
            value = prefer === 'ours' ? mine : other;
          }
        }
        if (value !== undefined) result[name] = value;
      }
      if (clashed) clashes += 1;
    }
    if (result !== undefined) merged.set(id, result);
  }
  return { merged, clashes };
}

async function shown(stack: Stack, database: string): Promise<Model> {
  const found = await stack.documents(database, 'items');
  return new Map(
    [...found]
      .map(([id, { _id, ...fields }]) => [id, fields as Fields] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const sorted = (model: Model): Model => new Map([...model].sort(([a], [b]) => (a < b ? -1 : 1)));

it('is what a person would do with three versions of each field, also the second and the third time', async () => {
  await fc.assert(
    fc.asyncProperty(
      changes,
      fc.array(
        fc.tuple(changes, changes, fc.constantFrom('ours' as const, 'theirs' as const), fc.boolean()),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      async (before, rounds) => {
        const stack = await openStack();
        try {
          const merges = new MergeService(stack.engine);
          const [main, feature]: [Model, Model] = [new Map(), new Map()];
          await stack.run('shop', { create: 'items' });
          await play(stack, 'shop', main, before);
          await stack.branches.create('shop', 'feature', {}, NOBODY);
          let base: Model = new Map(main);
          for (const [id, fields] of main) feature.set(id, fields);
          for (const [onMain, onFeature, prefer, back] of rounds) {
            await play(stack, 'shop', main, onMain);
            await play(stack, 'shop~feature', feature, onFeature);
            // Either into the other: what they have in common afterwards is the side that was merged.
            const [into, from] = back ? [feature, main] : [main, feature];
            const request = {
              project: 'shop',
              from: { name: back ? 'main' : 'feature' },
              into: back ? 'feature' : 'main',
            };
            const { merged, clashes } = naive(base, into, from, prefer);
            const open = await merges.preview(request);
            expect([open.conflicts, open.open]).toEqual([clashes, clashes]);
            const headBefore = await stack.head('shop', request.into);
            if (clashes > 0) {
              await expect(merges.merge(request, NOBODY)).rejects.toThrow(/not decided/);
              expect(await stack.head('shop', request.into)).toBe(headBefore);
            }
            const decider = deciderOf({ all: prefer });
            const report = await merges.merge({ ...request, decider }, NOBODY);
            expect(report.upToDate).toBe(report.head === undefined);
            if (!report.upToDate) expect(report.head).toBe(await stack.head('shop', request.into));
            expect(await shown(stack, `shop~${request.into}`)).toEqual(sorted(merged));
            expect((await merges.merge(request, NOBODY)).upToDate).toBe(true);
            base = new Map(from);
            into.clear();
            for (const [id, fields] of merged) into.set(id, fields);
          }
        } finally {
          await stack.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('is the same from either side when nothing clashes', async () => {
  await fc.assert(
    fc.asyncProperty(changes, changes, changes, async (before, onMain, onFeature) => {
      const stack = await openStack();
      try {
        const merges = new MergeService(stack.engine);
        const main: Model = new Map();
        await stack.run('shop', { create: 'items' });
        await play(stack, 'shop', main, before);
        await stack.branches.create('shop', 'feature', {}, NOBODY);
        const feature: Model = new Map(main);
        await play(stack, 'shop', main, onMain);
        await play(stack, 'shop~feature', feature, onFeature);
        await stack.branches.create('shop', 'other', { from: 'feature' }, NOBODY);
        const { conflicts } = await merges.preview({
          project: 'shop',
          from: { name: 'feature' },
          into: 'main',
        });
        if (conflicts > 0) return;
        await merges.merge({ project: 'shop', from: { name: 'main' }, into: 'other' }, NOBODY);
        await merges.merge({ project: 'shop', from: { name: 'feature' }, into: 'main' }, NOBODY);
        expect(await shown(stack, 'shop')).toEqual(await shown(stack, 'shop~other'));
      } finally {
        await stack.close();
      }
    }),
    { numRuns: 60 },
  );
});
