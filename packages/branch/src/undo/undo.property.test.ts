import { toDoc } from '@argon/bson';
import { NOBODY, type Actor } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { RestoreService } from '../restore/restore-service';
import { changes, naiveMerge, play, shown, sorted, type Model } from '../testing/histories';
import { openEitherWay, type Stack } from '../testing/stack';
import { UndoService } from './undo-service';

const main = { project: 'shop', branch: 'main' };

async function onStack(work: (stack: Stack) => Promise<void>): Promise<void> {
  const stack = await openEitherWay();
  try {
    await stack.run('shop', { create: 'items' });
    await work(stack);
  } finally {
    await stack.close();
  }
}

it('of a restore is the identity, whatever was restored', async () => {
  const part = fc.option(fc.nat({ max: 5 }), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(changes, changes, fc.boolean(), part, async (one, two, isWhole, below) =>
      onStack(async (stack) => {
        const [restores, undos] = [new RestoreService(stack.engine), new UndoService(stack.engine)];
        const model: Model = new Map();
        await play(stack, 'shop', model, one);
        const then: Model = new Map(model);
        const lsn = await stack.head('shop');
        await play(stack, 'shop', model, two);
        const filter = below === undefined ? undefined : toDoc({ _id: { $lt: below } });
        const request = { ...main, to: { lsn }, ...(isWhole ? {} : { collections: ['items'], filter }) };
        const preview = await restores.preview(request);
        const report = await restores.restore(request, NOBODY);
        if (!isWhole) expect(report.counts).toEqual(preview.counts);
        const expected: Model = new Map(isWhole || below === undefined ? then : model);
        if (!isWhole && below !== undefined) {
          for (let id = 0; id < below; id++) {
            const was = then.get(String(id));
            if (was === undefined) expected.delete(String(id));
            else expected.set(String(id), was);
          }
        }
        expect(await shown(stack, 'shop')).toEqual(sorted(expected));
        if (report.head === undefined) {
          expect(expected).toEqual(model);
          return;
        }
        const undo = { ...main, what: { kind: 'last-restore' } } as const;
        const result = await undos.undo(undo, NOBODY);
        expect(await shown(stack, 'shop')).toEqual(sorted(model));
        expect(result.open).toBe(0);
      }),
    ),
    { numRuns: 60 },
  );
});

it('of a range is what a person would do with three versions of each field', async () => {
  const side = fc.constantFrom('ours' as const, 'theirs' as const);
  await fc.assert(
    fc.asyncProperty(changes, changes, changes, side, async (before, within, after, prefer) =>
      onStack(async (stack) => {
        const undos = new UndoService(stack.engine);
        const model: Model = new Map();
        await play(stack, 'shop', model, before);
        const [first, was] = [await stack.head('shop'), new Map(model)];
        await play(stack, 'shop', model, within);
        const [last, made] = [await stack.head('shop'), new Map(model)];
        await play(stack, 'shop', model, after);
        if (last === first) return;
        const request = { ...main, what: { kind: 'range', from: first + 1, to: last } } as const;
        const { merged, clashes } = naiveMerge(made, model, was, prefer);
        expect(await undos.preview(request)).toMatchObject({ conflicts: clashes, open: clashes });
        if (clashes > 0) await expect(undos.undo(request, NOBODY)).rejects.toThrow(/changed again/);
        expect(await shown(stack, 'shop')).toEqual(sorted(model));
        await undos.undo({ ...request, decider: deciderOf({ all: prefer }) }, NOBODY);
        expect(await shown(stack, 'shop')).toEqual(sorted(merged));
      }),
    ),
    { numRuns: 60 },
  );
});

const ada: Actor = { user: 'ada', app: '' };
const bob: Actor = { user: 'bob', app: '' };

/** A write of somebody: a field gets a value that nothing else has, or without a field the document goes. */
interface Write {
  readonly by: 'ada' | 'bob';
  readonly id: number;
  readonly field: string | undefined;
  readonly upsert: boolean;
}

/** Applies a write to a model. @returns whether anything changed */
function apply(model: Model, { id, field, upsert }: Write, value: number): boolean {
  const key = String(id);
  const fields = model.get(key);
  if (field === undefined) return model.delete(key);
  if (fields === undefined && !upsert) return false;
  model.set(key, { ...fields, [field]: value });
  return true;
}

/** The history, what it comes to, and what it comes to without Ada's writes. */
async function playWrites(stack: Stack, writes: readonly Write[]): Promise<{ all: Model; without: Model }> {
  const [all, without]: [Model, Model] = [new Map(), new Map()];
  for (const id of [0, 1]) {
    const start: Write = { by: 'bob', id, field: 'a', upsert: true };
    for (const model of [all, without]) apply(model, start, 1);
    await stack.run('shop', { insert: 'items', documents: [{ _id: id, a: 1 }] }, NOBODY);
  }
  for (const [i, write] of writes.entries()) {
    const { id, field, upsert, by } = write;
    const value = 10 + i;
    // What changes nothing leaves nothing in the log, and cannot be replayed either.
    const isDone = apply(all, write, value);
    if (isDone && by === 'bob') apply(without, { ...write, upsert: true }, value);
    await stack.run(
      'shop',
      field === undefined
        ? { delete: 'items', deletes: [{ q: { _id: id }, limit: 1 }] }
        : { update: 'items', updates: [{ q: { _id: id }, u: { $set: { [field]: value } }, upsert }] },
      by === 'ada' ? ada : bob,
    );
  }
  return { all, without };
}

const request = { ...main, what: { kind: 'actor', by: { user: 'ada' }, since: { lsn: 1 } } } as const;
const ids = fc.nat({ max: 3 });

it('by actor takes back exactly what the actor did where fields do not clash', async () => {
  const write: fc.Arbitrary<Write> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        by: fc.constant('ada' as const),
        id: ids,
        field: fc.constantFrom('a', 'x'),
        upsert: fc.constant(false),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        by: fc.constant('bob' as const),
        id: ids,
        field: fc.constantFrom('b', 'y'),
        upsert: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        by: fc.constant('bob' as const),
        id: ids,
        field: fc.constant(undefined),
        upsert: fc.constant(false),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) =>
      onStack(async (stack) => {
        const { all, without } = await playWrites(stack, writes);
        expect(await shown(stack, 'shop')).toEqual(sorted(all));
        const report = await new UndoService(stack.engine).undo(request, NOBODY);
        expect(report.conflicts).toBe(0);
        expect(await shown(stack, 'shop')).toEqual(sorted(without));
      }),
    ),
    { numRuns: 100 },
  );
});

it('by actor tells of every clash, and never overwrites later work', async () => {
  const write: fc.Arbitrary<Write> = fc.record({
    by: fc.constantFrom('ada' as const, 'bob' as const),
    id: ids,
    field: fc.option(fc.constantFrom('a', 'b'), { nil: undefined, freq: 5 }),
    upsert: fc.boolean(),
  });
  let [clashing, clean] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 5, maxLength: 12 }), async (writes) =>
      onStack(async (stack) => {
        const { all, without } = await playWrites(stack, writes);
        const undos = new UndoService(stack.engine);
        const { open } = await undos.preview(request);
        if (open === 0) {
          clean += 1;
          await undos.undo(request, NOBODY);
          expect(await shown(stack, 'shop')).toEqual(sorted(without));
          return;
        }
        clashing += 1;
        await expect(undos.undo(request, NOBODY)).rejects.toThrow(/changed again/);
        expect(await shown(stack, 'shop')).toEqual(sorted(all));
        await undos.undo({ ...request, decider: deciderOf({ all: 'ours' }) }, NOBODY);
        const result = await shown(stack, 'shop');
        for (const [id, fields] of all) {
          for (const [name, value] of Object.entries(fields)) {
            const isBobs = value >= 10 && writes[value - 10]!.by === 'bob';
            if (isBobs) expect(result.get(id)?.[name]).toBe(value);
          }
        }
      }),
    ),
    { numRuns: 100 },
  );
  // About half of the histories have clashes.
  expect(clashing).toBeGreaterThan(0);
  expect(clean).toBeGreaterThan(0);
});
