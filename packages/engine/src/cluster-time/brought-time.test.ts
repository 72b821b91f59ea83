import { Binary, Long, Timestamp, toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inProcess, type InProcess } from '../plan/testing/in-process';

let argon: InProcess;

beforeAll(async () => {
  argon = await inProcess('brought');
});
afterAll(() => argon.close());

/** A time as another cluster's clock has it, a little ahead. */
function ahead(): Doc {
  const clusterTime = new Timestamp({ t: Math.floor(Date.now() / 1000) + 60, i: 1 });
  const signature = { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO };
  return toDoc({ clusterTime, signature });
}

async function documentsAt(atClusterTime?: Value): Promise<{ documents: Value; at: Value }> {
  const concern: Doc = new Map([['level', 'snapshot']]);
  if (atClusterTime !== undefined) concern.set('atClusterTime', atClusterTime);
  const find: Doc = new Map<string, Value>([
    ['find', 'c'],
    ['readConcern', concern],
    ['$clusterTime', ahead()],
  ]);
  const cursor = (await argon.ask(find)).get('cursor') as Doc;
  return { documents: cursor.get('firstBatch')!, at: cursor.get('atClusterTime')! };
}

it('a snapshot does not hold what is written after it, whatever time a client has brought along', async () => {
  await argon.ask(toDoc({ insert: 'c', documents: [{ _id: 1, n: 1 }] }));
  const first = await documentsAt();
  await argon.ask(toDoc({ update: 'c', updates: [{ q: {}, u: { $inc: { n: 1 } } }] }));
  const second = await documentsAt(first.at);
  expect(second).toEqual(first);
  expect((await documentsAt()).documents).not.toEqual(first.documents);
});
