import { encodeDocument } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type AppendRequest, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BranchWriter } from './branch-writer';
import { Constraints } from './constraints';

const WRITES = 24;

let memory: Store;
let branchId: number;
let materializer: Materializer;
/** What happened, in its order: `flush 12` of an append of 12 commits, `answer 3`, … */
let events: string[];

beforeEach(async () => {
  memory = await openStore('memory:');
  branchId = (await memory.createProject({ name: 'shop', branchName: 'main', actor: NOBODY })).branch.id;
  materializer = new Materializer(memory);
  events = [];
});
afterEach(async () => {
  await materializer.close();
  await memory.close();
});

/** The store in memory, with a medium that is waited for. */
function withFlushes(tells: boolean): Store {
  const append = async (request: AppendRequest) => {
    events.push(`flush ${request.commits.length}`);
    if (tells) request.flushing?.();
    await new Promise((resolve) => setImmediate(resolve));
    const result = await memory.append(request);
    events.push('durable');
    return result;
  };
  return new Proxy(memory, {
    get: (target, name) => {
      if (name === 'append') return append;
      if (name === 'tellsFlushes') return tells;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function writeAll(store: Store): Promise<void> {
  const writer = new BranchWriter(branchId, store, materializer);
  const constraints = new Constraints('shop', materializer);
  await Promise.all(
    Array.from({ length: WRITES }, async (_, id) => {
      await writer.run((draft) => draft.insert('items', encodeDocument({ _id: id })), NOBODY, constraints);
      events.push('answer');
    }),
  );
  await writer.settled();
}

/** Equal events in a row as one, with their number. */
function summary(): string[] {
  const runs: [string, number][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last?.[0] === event) last[1] += 1;
    else runs.push([event, 1]);
  }
  return runs.map(([event, count]) => (count === 1 ? event : `${event} × ${count}`));
}

it('answers a group while the next one is flushed, never before it is durable', async () => {
  await writeAll(withFlushes(true));
  expect(summary()).toEqual(['flush 12', 'durable', 'flush 12', 'answer × 12', 'durable', 'answer × 12']);
  expect((await materializer.current(branchId)).collections.get('items')?.count).toBe(WRITES);
});

it('answers at once where the store does not tell', async () => {
  await writeAll(withFlushes(false));
  const [first, second, third] = summary();
  expect([first, second, third]).toEqual(['flush 12', 'durable', 'answer × 12']);
});

it('answers what is durable when the next group fails', async () => {
  const store = withFlushes(true);
  const { append } = store;
  let appends = 0;
  const failing = new Proxy(store, {
    get: (target, name) => {
      if (name !== 'append') return Reflect.get(target, name) as unknown;
      return (request: AppendRequest) =>
        ++appends === 2 ? Promise.reject(new Error('The disk is full.')) : append(request);
    },
  });
  const writer = new BranchWriter(branchId, failing, materializer);
  const constraints = new Constraints('shop', materializer);
  const results = await Promise.allSettled(
    Array.from({ length: WRITES }, (_, id) =>
      writer.run((draft) => draft.insert('items', encodeDocument({ _id: id })), NOBODY, constraints),
    ),
  );
  expect(results.map(({ status }) => status)).toEqual([
    ...Array<string>(12).fill('fulfilled'),
    ...Array<string>(12).fill('rejected'),
  ]);
  expect((await materializer.refresh(branchId)).collections.get('items')?.count).toBe(12);
});

it('does not hold answers back while what comes next takes long', async () => {
  const writer = new BranchWriter(branchId, withFlushes(true), materializer);
  const constraints = new Constraints('shop', materializer);
  let isAnswered = false;
  let waited = 0;
  const write = (id: number) =>
    writer.run(
      async (draft) => {
        // The second group begins with a write that does not end before the first group is answered.
        if (id === 12) while (!isAnswered && ++waited < 10_000) await new Promise(setImmediate);
        await draft.insert('items', encodeDocument({ _id: id }));
      },
      NOBODY,
      constraints,
    );
  await Promise.all(
    Array.from({ length: WRITES }, (_, id) => write(id).then(() => void (isAnswered = true))),
  );
  expect(waited).toBeGreaterThan(0);
  expect(waited).toBeLessThan(10_000);
});
