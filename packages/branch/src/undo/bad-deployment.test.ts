import { NOBODY, type Actor } from '@argon/wal';
import { expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { openStack } from '../testing/stack';
import { UndoService } from './undo-service';

/** The story of docs/guides/merge-and-undo.md. */
it('takes a bad deployment back exactly, and keeps a day of good work', async () => {
  const stack = await openStack();
  const deploy: Actor = { user: 'ci', app: 'deploy' };
  const shop: Actor = { user: 'web', app: 'shop' };
  const update = (q: object, u: object, actor: Actor) =>
    stack.run('shop', { update: 'products', updates: [{ q, u, multi: true }] }, actor);
  const product = (i: number) => ({
    ...{ _id: `p${i}`, name: `Product ${i}`, price: 100 + i, stock: 10 },
    category: i % 10 === 0 ? 'sale' : 'normal',
  });
  try {
    const documents = Array.from({ length: 1000 }, (_, i) => product(i));
    await stack.run('shop', { insert: 'products', documents }, shop);
    const before = await stack.documents('shop', 'products');
    const monday = (await stack.head('shop')) + 1;

    // Meant for {category: 'sale'}, and the filter was forgotten. A clean-up job of the same release goes wrong, too.
    await update({}, { $set: { price: 1, label: 'SALE' } }, deploy);
    await stack.run('shop', { delete: 'products', deletes: [{ q: { _id: /^p99/ }, limit: 0 }] }, deploy);
    await stack.run('shop', { insert: 'products', documents: [{ _id: 'dummy', price: 1 }] }, deploy);

    // A day goes by.
    await update({ _id: { $in: ['p1', 'p2', 'p3'] } }, { $inc: { stock: -1 } }, shop);
    await update({ _id: 'p4' }, { $set: { name: 'Product 4, new' } }, shop);
    await stack.run('shop', { insert: 'products', documents: [{ ...product(5000), price: 7 }] }, shop);
    await stack.run('shop', { delete: 'products', deletes: [{ q: { _id: 'p6' }, limit: 1 }] }, shop);
    // And somebody has put one price right by hand.
    await update({ _id: 'p5' }, { $set: { price: 99 } }, shop);

    const undos = new UndoService(stack.engine);
    const request = {
      project: 'shop',
      branch: 'main',
      what: { kind: 'actor', by: { app: 'deploy' }, since: { lsn: monday } },
    } as const;
    const preview = await undos.preview(request);
    expect(preview).toMatchObject({ conflicts: 1, open: 1, left: 0 });
    expect(preview.examples[0]).toMatchObject({
      id: 'p5',
      conflict: { fields: [{ path: ['price'], base: 1, ours: 99, theirs: 105 }] },
    });
    await expect(undos.undo(request, NOBODY)).rejects.toThrow(/one thing was changed again/);
    const report = await undos.undo({ ...request, decider: deciderOf({ all: 'ours' }) }, NOBODY);
    // All but the eleven that were deleted and the one that a customer's order took away.
    expect(report.counts).toEqual({ inserted: 11, updated: 988, deleted: 1, catalog: 0 });

    const expected = new Map(before);
    for (const i of [1, 2, 3]) expected.set(`p${i}`, { ...product(i), stock: 9 });
    expected.set('p4', { ...product(4), name: 'Product 4, new' });
    expected.set('p5', { ...product(5), price: 99 });
    expected.delete('p6');
    expected.set('p5000', { ...product(5000), price: 7 });
    expect(await stack.documents('shop', 'products')).toEqual(expected);
  } finally {
    await stack.close();
  }
});
