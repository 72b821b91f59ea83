import { decodeDocument, encodeDocument, stringifyEjson, type Doc } from '@argon/bson';
import { sharedMongod } from '@argon/tools-mongod';
import fc from 'fast-check';
import { MongoClient, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pipelineDifference } from './of-pipeline';
import { updateDescription } from './update-description';

let client: MongoClient;
beforeAll(async () => {
  client = await new MongoClient((await sharedMongod()).uri).connect();
});
afterAll(() => client?.close());

const text = fc.string({ maxLength: 30, unit: fc.constantFrom('a', 'b', 'ü') });
const leaf = fc.oneof(fc.integer({ min: 0, max: 2 }), text, fc.constantFrom(null, true, 1.5));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 5 }) },
    {
      weight: 2,
      arbitrary: fc.dictionary(fc.constantFrom('p', 'qq', 'long name', 'x'), tie('value'), { maxKeys: 4 }),
    },
  ),
}));
const document = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'dd', 'a field', 'z'), value, { maxKeys: 6 });
/** Most of what is updated stays as it was. */
const change = fc.tuple(document, document, fc.constantFrom('other', 'some', 'shuffled'));

function changed([before, other, how]: [Document, Document, string]): [Document, Document] {
  if (how === 'other') return [before, other];
  if (how === 'shuffled')
    return [before, Object.fromEntries(Object.entries({ ...before, ...other }).reverse())];
  const [name] = Object.keys(other);
  return [before, name === undefined ? before : { ...before, [name]: other[name] }];
}

const bytes = (fields: Document) => encodeDocument({ _id: 1, ...fields });

it('the difference that a pipeline makes is the one that mongod tells', async () => {
  const db = client.db(`differences_${process.pid}`);
  try {
    const cases = fc.sample(change, { numRuns: 1500, seed: 20 }).map((each) => changed(each));
    const collection = db.collection<Document & { _id: number }>('documents');
    await db.createCollection('documents');
    const stream = collection.watch([{ $match: { operationType: { $ne: 'insert' } } }], {
      promoteValues: false,
    });
    const told: Document[] = [];
    stream.on('change', (event) => told.push(event));
    await new Promise<void>((resolve) => stream.once('resumeTokenChanged', () => resolve()));
    const work = cases.map(([before, after], _id) => ({ _id, before, after }));
    await collection.insertMany(work.map(({ _id, before }) => ({ _id, ...before })));
    const updates = work.map(({ _id, after }) => ({
      updateOne: { filter: { _id }, update: [{ $replaceWith: { $literal: { _id, ...after } } }] },
    }));
    await collection.bulkWrite(updates);
    await collection.deleteOne({ _id: 0 });
    await expect.poll(() => told.at(-1)?.['operationType'], { timeout: 30_000 }).toBe('delete');
    await stream.close();

    const ofMongod = new Map(told.map((event) => [Number(event['documentKey']._id), event]));
    let compared = 0;
    for (const { _id, before, after } of work.slice(1)) {
      const [old, now] = [bytes(before), bytes(after)];
      const event = ofMongod.get(_id);
      if (Buffer.compare(old, now) === 0) continue;
      const difference = pipelineDifference(old, now);
      const description = difference && updateDescription(difference, { disambiguated: false });
      const shown = (from: Doc | undefined) => from && stringifyEjson(from);
      const theirs = event?.['updateDescription'] as Document | undefined;
      const wanted = theirs && decodeDocument(encodeDocument(theirs));
      expect(shown(description), `${JSON.stringify(before)} → ${JSON.stringify(after)}`).toEqual(
        shown(wanted),
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(500);
  } finally {
    await db.dropDatabase();
  }
}, 120_000);
