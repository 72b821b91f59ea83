import { mongodOrSkip } from '@argon/tools-mongod';
import { Decimal128, Double, Long, toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Random } from '../match/testing/random';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from './testing/in-process';
import { makeCollection, randomIndexCase, type Ask } from './testing/index-cases';

const mongod = await mongodOrSkip();
const database = 'argon_differential_covered';
const PATHS = ['a', 'b', 'c', 'a.b', 'a.c', 'b.c', 'a.b.c', '_id'];

describe.skipIf(!mongod)('what is answered from keys alone', () => {
  let wire: Wire;
  let argon: InProcess;
  let covered = 0;
  const askMongod: Ask = (command) => wire.command(new Map([...command, ['$db', database]]));

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each(differentialSeeds(6))(
    'is what mongod answers, whatever the documents hold; seed %i',
    async (seed) => {
      const random = new Random(seed);
      const given = randomIndexCase(random, { documents: 60, indexes: 5, queries: 40 });
      const collection = `c${seed}`;
      const made = await makeCollection(askMongod, collection, given);
      expect(await makeCollection(argon.ask, collection, given)).toEqual(made);
      const differences: unknown[] = [];
      for (const query of given.queries) {
        for (const index of given.indexes.filter((each) => made.includes(String(each.get('name'))))) {
          const fields = [...(index.get('key') as Doc).keys()];
          if (!fields.every(isPlain)) continue;
          const command: Doc = new Map<string, Value>([
            ['find', collection],
            ['filter', random.chance(0.3) ? new Map() : query.filter],
            ['projection', randomProjection(random, fields)],
            ['hint', index.get('name')!],
            ['batchSize', 1000],
          ]);
          if (query.sort !== undefined && random.chance(0.5)) command.set('sort', query.sort);
          const [theirs, ours] = await Promise.all([
            outcome(askMongod, command),
            outcome(argon.ask, command),
          ]);
          if (theirs.startsWith('error')) continue;
          if (await isCovered(argon.ask, command)) covered++;
          if (theirs === ours) continue;
          const plans = await Promise.all([planOf(askMongod, command), planOf(argon.ask, command)]);
          differences.push({ command: text(command), theirs, ours, plans });
        }
      }
      expect(differences.slice(0, 3), text(given.indexes as Value[])).toEqual([]);
    },
  );

  it('is often possible', () => {
    expect(covered).toBeGreaterThan(5);
  });

  it('has the types that were stored, also where numbers of several are equal', async () => {
    const numbers: Value[] = [
      1,
      new Double(1),
      Long.fromNumber(1),
      Decimal128.fromString('1.0'),
      0,
      -0,
      Number.NaN,
      1.5,
      Long.fromString('9007199254740993'),
      2 ** 40,
      Long.fromNumber(2 ** 40),
    ];
    for (const ask of [askMongod, argon.ask]) {
      await ask(toDoc({ drop: 't' }));
      await ask(toDoc({ createIndexes: 't', indexes: [{ key: { a: 1 }, name: 'a' }] }));
    }
    // One after the other, so that ever more forms are known to be there.
    for (const [id, a] of numbers.entries()) {
      const insert = toDoc({
        insert: 't',
        documents: [
          new Map<string, Value>([
            ['_id', id],
            ['a', a],
          ]),
        ],
      });
      const find = toDoc({ find: 't', filter: { a: { $type: 'number' } }, projection: { _id: 0, a: 1 } });
      const distinct = toDoc({ distinct: 't', key: 'a' });
      for (const ask of [askMongod, argon.ask]) await ask(insert);
      expect(await outcome(argon.ask, find)).toEqual(await outcome(askMongod, find));
      const [theirs, ours] = await Promise.all([askMongod(distinct), argon.ask(distinct)]);
      expect(text(ours.get('values')!)).toBe(text(theirs.get('values')!));
    }
  });
});

/** Mostly fields of the index, so that keys are enough. */
function randomProjection(random: Random, fields: readonly string[]): Doc {
  const projection: Doc = new Map();
  if (!fields.includes('_id') || random.chance(0.3)) projection.set('_id', 0);
  for (const path of fields) {
    if (path !== '_id' && random.chance(0.7)) projection.set(path, true);
  }
  if (random.chance(0.1)) projection.set(random.pick(PATHS.slice(0, 3)), 1);
  if (random.chance(0.15)) projection.set('x', `$${random.pick(fields)}`);
  return projection;
}

/** The documents in text, sorted unless the command says in which order they come; or an error. */
async function outcome(ask: Ask, command: Doc): Promise<string> {
  const reply = await ask(command);
  if (Number(reply.get('ok')) !== 1) return `error ${String(reply.get('code'))}`;
  const documents = ((reply.get('cursor') as Doc).get('firstBatch') as Doc[]).map((document) =>
    text(document),
  );
  return JSON.stringify(command.has('sort') ? documents : documents.sort());
}

async function planOf(ask: Ask, command: Doc): Promise<string> {
  const reply = await ask(
    new Map<string, Value>([
      ['explain', command],
      ['verbosity', 'queryPlanner'],
    ]),
  );
  return text((reply.get('queryPlanner') as Doc).get('winningPlan')!);
}

async function isCovered(ask: Ask, command: Doc): Promise<boolean> {
  const plan = await planOf(ask, command);
  return plan.includes('IXSCAN') && !plan.includes('FETCH');
}

/**
 * With a number in a path, mongod forgets that arrays are in the way; with one path inside another, its documents depend
 * on which comes first. Argon looks at the documents then.
 */
function isPlain(path: string, _at: number, paths: readonly string[]): boolean {
  return !path.includes('.0') && !paths.some((other) => other.startsWith(`${path}.`));
}
