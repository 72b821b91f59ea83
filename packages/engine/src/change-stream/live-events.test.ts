import { Binary, encodeDocument, type Doc, type DocumentLike } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WalEngine } from '../handler/engine';
import { close, eventsUpToNow, more, open, run } from './testing/watch';

let store: Store;
let engine: WalEngine;

beforeEach(async () => {
  store = await openStore('memory:');
  engine = new WalEngine(store, new Materializer(store));
});
afterEach(async () => {
  await engine.close();
  await store.close();
});

const insert = (...documents: DocumentLike[]) => run(engine, 'shop', { insert: 'things', documents });
const SPLIT = [{ $changeStreamSplitLargeEvent: {} }];

/** An update whose event has two images of nearly 9 MiB. */
async function largeChange(): Promise<Doc> {
  await insert({ _id: 1, pad: new Binary(Buffer.alloc(9_000_000)) });
  const { token } = await open(engine, 'shop', 'things');
  const u = { pad: new Binary(Buffer.alloc(9_000_000, 1)) };
  await run(engine, 'shop', { update: 'things', updates: [{ q: { _id: 1 }, u }] });
  await insert({ _id: 2 });
  return token;
}

it('an event that is too large is an error, unless it may be split', async () => {
  const resumeAfter = await largeChange();
  const options = { resumeAfter, fullDocumentBeforeChange: 'required' };
  await expect(open(engine, 'shop', 'things', options)).rejects.toMatchObject({
    code: 10334,
    message: expect.stringMatching(/^BSONObj size: 180\d{5} \(0x\w+\) is invalid\./),
  });

  const events = await eventsUpToNow(engine, 'shop', 'things', options, SPLIT);
  const [first, second, next] = events;
  expect(events.length).toBe(3);
  expect(first!.get('splitEvent')).toEqual(
    new Map([
      ['fragment', 1],
      ['of', 2],
    ]),
  );
  expect([...first!.keys()].slice(0, 2)).toEqual(['_id', 'splitEvent']);
  expect(new Set([...first!.keys(), ...second!.keys()])).toEqual(
    new Set([
      '_id',
      'splitEvent',
      'operationType',
      'clusterTime',
      'wallTime',
      'ns',
      'documentKey',
      'fullDocument',
      'fullDocumentBeforeChange',
    ]),
  );
  expect(next!.get('documentKey')).toEqual(new Map([['_id', 2]]));
  for (const each of events) expect(encodeDocument(each).length).toBeLessThan(16 * 1024 * 1024 + 16 * 1024);

  // It goes on within the event, but not without the stage.
  const within = { ...options, resumeAfter: first!.get('_id') };
  const rest = await eventsUpToNow(engine, 'shop', 'things', within, SPLIT);
  expect(rest.map((event) => event.get('_id'))).toEqual([second!.get('_id'), next!.get('_id')]);
  await expect(open(engine, 'shop', 'things', within)).rejects.toMatchObject({ code: 280 });
  const after = { ...options, resumeAfter: second!.get('_id') };
  expect((await open(engine, 'shop', 'things', after)).events).toEqual([next]);
});

it('a client that goes away ends its waiting', async () => {
  await insert({ _id: 1 });
  const { id } = await open(engine, 'shop', 'things');
  const gone = new AbortController();
  const context = { connectionId: 1, actor: NOBODY, signal: gone.signal };
  const getMore = { getMore: id, collection: 'things', maxTimeMS: 600_000 };
  const waiting = run(engine, 'shop', getMore, context);
  await new Promise((resolve) => setImmediate(resolve));
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: 11601 });
  await expect(more(engine, 'shop', 'things', id)).rejects.toMatchObject({ code: 43 });
});

it('a stream that waits goes on when its project comes into being', async () => {
  const opened = await open(engine, 'new', 'things');
  const waiting = more(engine, 'new', 'things', opened.id, { maxTimeMS: 60_000 });
  await run(engine, 'new', { insert: 'things', documents: [{ _id: 1 }] });
  const { events } = await waiting;
  expect(events.map((event) => event.get('operationType'))).toEqual(['insert']);
  const again = await open(engine, 'new', 'things', { resumeAfter: opened.token });
  expect(again.events).toEqual(events);
  await close(engine, 'new', again);
});

it('the pipeline may not take the token from an event', async () => {
  await insert({ _id: 1 });
  const { token } = await open(engine, 'shop', 'things');
  await insert({ _id: 2 });
  const stages = [{ $project: { _id: 0 } }];
  await expect(open(engine, 'shop', 'things', { resumeAfter: token }, { stages })).rejects.toMatchObject({
    code: 280,
    errorLabels: ['NonResumableChangeStreamError'],
  });
});

it('what cannot be resumed says so', async () => {
  await insert({ _id: 1 });
  const { token } = await open(engine, 'shop', 'things');
  await run(engine, 'other', { insert: 'things', documents: [{ _id: 1 }] });
  const elsewhere = open(engine, 'other', 'things', { resumeAfter: token });
  await expect(elsewhere).rejects.toMatchObject({
    code: 280,
    errorLabels: ['NonResumableChangeStreamError'],
  });
  const foreign = { _data: '826B033077000000312B0229296E04' };
  await expect(open(engine, 'shop', 'things', { resumeAfter: foreign })).rejects.toMatchObject({ code: 260 });
});

it('a stream over a long log reads what comes after its token, and not what is before', async () => {
  await insert({ _id: 0 });
  const documents = Array.from({ length: 500 }, (_, i) => ({ _id: i + 1 }));
  for (let i = 0; i < 20; i++) await insert(...documents.map(({ _id }) => ({ _id: _id + i * 500 })));
  const { token } = await open(engine, 'shop', 'things');
  await insert({ _id: 'last' });
  let entries = 0;
  const { commits } = store;
  store.commits = async function* (...asked) {
    for await (const batch of commits.apply(store, asked)) {
      entries += batch.reduce((sum, commit) => sum + commit.entries.length, 0);
      yield batch;
    }
  };
  const { events } = await open(engine, 'shop', 'things', { resumeAfter: token });
  expect(events.length).toBe(1);
  // The stream's own reading, and that of whoever watches for what comes next.
  expect(entries).toBeLessThanOrEqual(2);
});
