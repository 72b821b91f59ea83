import { toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomPlaces } from '../geo/testing/random-places';
import { Random } from '../match/testing/random';
import { inProcess, type InProcess } from './testing/in-process';

describe('places found through an index', () => {
  let argon: InProcess;

  beforeAll(async () => {
    argon = await inProcess('places');
  });
  afterAll(() => argon.close());

  const ids = async (filter: Doc, hint: Value): Promise<readonly Value[]> => {
    const find: Doc = new Map<string, Value>([
      ['find', 'c'],
      ['filter', filter],
      ['hint', hint],
      ['sort', toDoc({ _id: 1 })],
      ['batchSize', 10_000],
    ]);
    const { cursor } = Object.fromEntries(await argon.ask(find)) as { cursor: Doc };
    return (cursor.get('firstBatch') as Doc[]).map((each) => each.get('_id')!);
  };

  it('are those that a scan finds, as few as may be looked at', async () => {
    const random = new Random(8);
    const places = new RandomPlaces(random);
    await argon.ask(toDoc({ createIndexes: 'c', indexes: [{ key: { loc: '2dsphere' }, name: 'loc' }] }));
    const documents = Array.from({ length: 400 }, (_, id) => places.document(id));
    for (const document of documents)
      await argon.ask(
        new Map<string, Value>([
          ['insert', 'c'],
          ['documents', [document]],
        ]),
      );
    let found = 0;
    let lookedAt = 0;
    for (let left = 150; left > 0; left--) {
      const condition: Doc = random.chance(0.5)
        ? new Map([['$geoWithin', places.region()]])
        : new Map([['$geoIntersects', new Map([['$geometry', places.geometry()]])]]);
      const filter: Doc = new Map([['loc', condition]]);
      const scanned = await ids(filter, toDoc({ $natural: 1 }));
      expect(await ids(filter, 'loc')).toEqual(scanned);
      const explained = await argon.ask(
        new Map<string, Value>([
          [
            'explain',
            new Map<string, Value>([
              ['find', 'c'],
              ['filter', filter],
            ]),
          ],
          ['verbosity', 'executionStats'],
        ]),
      );
      const stats = explained.get('executionStats') as Doc;
      if (JSON.stringify([...(stats.get('executionStages') as Doc)]).includes('COLLSCAN')) continue;
      found += scanned.length;
      lookedAt += Number(stats.get('totalDocsExamined'));
    }
    expect(found).toBeGreaterThan(300);
    expect(lookedAt).toBeLessThan(found * 3);
  });

  it('come in the order of their cells, as from mongod', async () => {
    const points = [
      [8.5, 47.4],
      [10.7, 59.9],
      [-73.9, 40.7],
      [8.6, 47.3],
      [2.3, 48.9],
      [8.5, 47.4],
    ];
    await argon.ask(toDoc({ createIndexes: 'o', indexes: [{ key: { loc: '2dsphere' }, name: 'loc' }] }));
    await argon.ask(toDoc({ insert: 'o', documents: points.map((loc, _id) => ({ _id, loc })) }));
    const filter = { loc: { $geoWithin: { $centerSphere: [[8, 48], 0.3] } } };
    const { cursor } = Object.fromEntries(await argon.ask(toDoc({ find: 'o', filter }))) as { cursor: Doc };
    expect((cursor.get('firstBatch') as Doc[]).map((each) => Number(each.get('_id')))).toEqual([
      1, 0, 5, 3, 4,
    ]);
  });
});
