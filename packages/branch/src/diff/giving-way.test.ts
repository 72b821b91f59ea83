import { expect, it } from 'vitest';
import { RestoreService } from '../restore/restore-service';
import { openStack } from '../testing/stack';

it('a long comparison lets others run, so it can be stopped in the middle', async () => {
  const stack = await openStack();
  const many = Array.from({ length: 20_000 }, (_, i) => ({ _id: i, n: i, text: 'x'.repeat(50) }));
  await stack.run('shop', { insert: 'items', documents: many });
  const lsn = await stack.head('shop');
  await stack.run('shop', { update: 'items', updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] });
  const stop = new AbortController();
  let seen = 0;
  const progress = (documents: number) => {
    seen += documents;
    // As Ctrl-C comes: when the process has time for it.
    if (seen > 0) setTimeout(() => stop.abort(), 0);
  };
  const request = { project: 'shop', branch: 'main', to: { lsn }, watch: { signal: stop.signal, progress } };
  await expect(new RestoreService(stack.engine).preview(request)).rejects.toThrow('aborted');
  expect(seen).toBeGreaterThan(0);
  expect(seen).toBeLessThan(many.length);
  await stack.close();
});
