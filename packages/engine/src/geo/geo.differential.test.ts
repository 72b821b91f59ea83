import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Random } from '../match/testing/random';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from '../plan/testing/in-process';
import type { Ask } from '../plan/testing/index-cases';
import { GEO_COMMANDS } from './testing/geo-commands';
import { RandomPlaces } from './testing/random-places';

const mongod = await mongodOrSkip();
const database = 'argon_differential_geo';
const DOCUMENTS = 60;
const QUERIES = 60;

describe.skipIf(!mongod)('places on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;
  let askMongod: Ask;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
    askMongod = (command) => wire.command(new Map([...command, ['$db', database]]));
    await wire.command({ dropDatabase: 1, $db: database });
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it('refuse and find the same', async () => {
    const differences: unknown[] = [];
    for (const command of GEO_COMMANDS) {
      const [theirs, ours] = [await askMongod(toDoc(command)), await argon.ask(toDoc(command))].map(essence);
      if (ours !== theirs) differences.push({ command: JSON.stringify(command), theirs, ours });
    }
    expect(differences).toEqual([]);
  });

  it.each(differentialSeeds(4))('are within, meet and are near as there; seed %i', async (seed) => {
    const random = new Random(seed);
    const places = new RandomPlaces(random);
    const collection = `c${seed}`;
    const documents = Array.from({ length: DOCUMENTS }, (_, id) => places.document(id));
    const setup: Doc[] = documents.map(
      (each) =>
        new Map<string, Value>([
          ['insert', collection],
          ['documents', [each]],
        ]),
    );
    setup.unshift(toDoc({ createIndexes: collection, indexes: [{ key: { loc: '2dsphere' }, name: 'loc' }] }));
    // What mongod takes for invalid is left out by both.
    for (const command of setup) {
      const [theirs, ours] = [await askMongod(command), await argon.ask(command)];
      expect(essence(ours), text(command)).toEqual(essence(theirs));
    }
    const differences: unknown[] = [];
    for (let left = QUERIES; left > 0; left--) {
      const command = randomQuery(random, places, collection);
      const theirs = found(await askMongod(command));
      const ours = found(await argon.ask(command));
      if (isAlike(theirs, ours)) continue;
      differences.push({ command: text(command), ...difference(theirs, ours, documents) });
    }
    expect(differences.slice(0, 3)).toEqual([]);
  });
});

function randomQuery(random: Random, places: RandomPlaces, collection: string): Doc {
  const kind = random.next();
  const find = (condition: Doc): Doc =>
    new Map<string, Value>([
      ['find', collection],
      ['filter', new Map([['loc', condition]])],
      ['projection', new Map([['_id', 1]])],
      ['sort', new Map([['_id', 1]])],
      ['batchSize', 1000],
    ]);
  if (kind < 0.45) return find(new Map([['$geoWithin', places.region()]]));
  if (kind < 0.8) {
    return find(new Map([['$geoIntersects', new Map([['$geometry', places.geometry()]])]]));
  }
  const stage: Doc = new Map<string, Value>([
    ['near', random.chance(0.5) ? places.point() : places.pair()],
    ['spherical', true],
    ['distanceField', 'distance'],
  ]);
  if (random.chance(0.4))
    stage.set('maxDistance', random.next() * (stage.get('near') instanceof Map ? 1e6 : 0.2));
  return new Map<string, Value>([
    ['aggregate', collection],
    ['pipeline', [new Map([['$geoNear', stage]])]],
    ['cursor', new Map([['batchSize', 1000]])],
  ]);
}

type Found = readonly (readonly [number, number])[] | string;

function found(reply: Doc): Found {
  const cursor = reply.get('cursor');
  if (!(cursor instanceof Map)) return `error ${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
  return (cursor.get('firstBatch') as Doc[]).map((each) => [
    Number(each.get('_id')),
    Number(each.get('distance') ?? 0),
  ]);
}

/** What only one of them has found. */
function difference(theirs: Found, ours: Found, documents: readonly Doc[]): object {
  if (typeof theirs === 'string' || typeof ours === 'string')
    return { theirs: String(theirs), ours: String(ours) };
  const without = (some: typeof theirs, others: typeof theirs): string[] =>
    some.filter(([id]) => !others.some(([other]) => other === id)).map(([id]) => text(documents[id]!));
  return { onlyMongod: without(theirs, ours), onlyArgon: without(ours, theirs) };
}

/** The last digits of distances are each side's own; and so is the order of what is equally far. */
function isAlike(theirs: Found, ours: Found): boolean {
  if (typeof theirs === 'string' || typeof ours === 'string') return theirs === ours;
  if (theirs.length !== ours.length) return false;
  const byId = new Map(ours);
  return theirs.every(([id, distance], at) => {
    const mine = byId.get(id);
    const inPlace = ours[at]![1];
    return mine !== undefined && isClose(mine, distance) && isClose(inPlace, distance);
  });
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(a), Math.abs(b));
}

function essence(reply: Doc): string {
  for (const field of ['$clusterTime', 'operationTime', 'electionId', 'opTime']) reply.delete(field);
  const message = reply.get('errmsg');
  if (typeof message === 'string') reply.set('errmsg', message.replace(/ ns=[\s\S]*?\n planner/, ' planner'));
  const cursor = reply.get('cursor');
  return text(cursor instanceof Map ? cursor.get('firstBatch')! : reply);
}
