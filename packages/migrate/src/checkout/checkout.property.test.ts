import type { LegacyDatabase } from '@argon/branch/prefix';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Site } from '../site/site';
import { openStage, type Stage } from '../testing/checkout-stage';
import { verify } from '../verify/verify';
import { Checkout } from './checkout';

const collection = fc.constantFrom('a', 'b', 'c');
const id = fc.nat({ max: 11 });
/** Values of a unique index: few, so that they are swapped. */
const value = fc.nat({ max: 7 });
type Command = Readonly<Record<string, unknown>>;

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(collection, id, value).map(([update, _id, n]) => ({
      update,
      updates: [{ q: { _id }, u: { $set: { n } }, upsert: true }],
    })),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(collection, fc.array(id, { maxLength: 4 }))
      .map(([from, ids]) => ({ delete: from, deletes: [{ q: { _id: { $in: ids } }, limit: 0 }] })),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(collection, value, value).map(([name, a, b]) => ({ swap: name, ids: [a, b] })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(collection, fc.boolean())
      .map(([createIndexes, unique]) => ({ createIndexes, indexes: [{ key: { n: 1 }, name: 'n', unique }] })),
  },
  { weight: 1, arbitrary: collection.map((name) => ({ dropIndexes: name, index: 'n' })) },
  { weight: 1, arbitrary: collection.map((name) => ({ drop: name })) },
  {
    weight: 2,
    arbitrary: fc.tuple(collection, collection, fc.boolean()).map(([from, to, dropTarget]) => ({
      renameCollection: `shop.${from}`,
      to: `shop.${to}`,
      dropTarget,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(collection, fc.constantFrom({}, { n: { $lt: 5 } }))
      .map(([collMod, validator]) => ({ collMod, validator })),
  },
  { weight: 2, arbitrary: fc.nat({ max: 12 }).map((back) => ({ reset: back })) },
);

interface Round {
  readonly commands: readonly Command[];
  /** With which message to the server the process dies, before it is carried out or after; undefined: it does not. */
  readonly death: { readonly message: number; readonly after: boolean } | undefined;
  readonly atOnce: number | undefined;
  readonly overwrite: boolean;
}

const round: fc.Arbitrary<Round> = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 14 }),
  death: fc.option(fc.record({ message: fc.nat({ max: 40 }), after: fc.boolean() }), { nil: undefined }),
  atOnce: fc.constantFrom(undefined, 0, 2),
  overwrite: fc.constantFrom(false, false, false, true),
});

it.each(['plain', 'prefixed'] as const)(
  'a %s site is what its branch is, after any history and however often it was interrupted',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
        const stage = await openStage();
        try {
          const site = kind === 'plain' ? stage.site : await stage.prefixed();
          await begin(stage);
          for (const each of rounds) {
            await play(stage, each.commands);
            await checkOut(stage, site, each);
            const report = await verify({ engine: stage.engine, project: 'shop', branch: 'main', site });
            expect(report.collections.filter(({ equal }) => !equal)).toEqual([]);
            expect(report.lsn).toBe(await stage.head());
          }
        } finally {
          await stage.close();
        }
      }),
      { numRuns: 25 },
    );
    expect(deaths).toBeGreaterThan(10);
    deaths = 0;
  },
  300_000,
);

/** Two collections whose documents compete for the values of a unique index, and one where they do not. */
async function begin(stage: Stage): Promise<void> {
  for (const name of ['a', 'b', 'c']) {
    const documents = Array.from({ length: 8 }, (_, i) => ({ _id: i, n: i }));
    await stage.run({ insert: name, documents });
    if (name !== 'c') {
      await stage.run({ createIndexes: name, indexes: [{ key: { n: 1 }, name: 'n', unique: true }] });
    }
  }
}

/** Two documents of a collection take each other's place in the unique index. */
async function swap(stage: Stage, collection: string, ids: readonly number[]): Promise<void> {
  const set = (_id: number, n: number) => ({ q: { _id }, u: { $set: { n } } });
  const [a, b] = ids as [number, number];
  const updates = [set(a, 100), set(b, a), set(a, b)];
  await stage.run({ update: collection, updates }).catch(() => undefined);
}

async function play(stage: Stage, commands: readonly Command[]): Promise<void> {
  for (const each of commands) {
    if ('reset' in each) {
      const head = await stage.head();
      const [project] = await stage.store.projects();
      const lsn = Math.max(project!.id + 1, head - Number(each['reset']));
      await stage.branches.reset('shop', 'main', { lsn }, { user: '', app: '' });
      continue;
    }
    if ('swap' in each) {
      await swap(stage, String(each['swap']), each['ids'] as number[]);
      continue;
    }
    // What violates an index, or names what is not there, changes nothing.
    await stage.run(each, 'renameCollection' in each ? 'admin' : 'shop').catch(() => undefined);
  }
}

async function checkOut(stage: Stage, site: Site, { death, atOnce, overwrite }: Round): Promise<void> {
  const target = { engine: stage.engine, project: 'shop', branch: 'main', atOnce, leaseMs: 60 };
  if (death !== undefined) {
    const dying = { ...site, database: mortal(site.database, death) };
    await new Checkout({ ...target, site: dying }).run({ overwrite }).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
      deaths += 1;
    });
    // It may go on otherwise than it began.
    await play(stage, [{ reset: 2 }]);
  }
  await new Checkout({ ...target, site }).run({ overwrite: overwrite && death === undefined });
}

let deaths = 0;

class Died extends Error {}

/** Lets so many messages through, and none after that. */
function mortal(database: LegacyDatabase, death: NonNullable<Round['death']>): LegacyDatabase {
  let messages = 0;
  const send: LegacyDatabase['send'] = async (...message) => {
    const isLast = messages++ >= death.message;
    if (isLast && (messages > death.message + 1 || !death.after)) throw new Died();
    const reply = await database.send(...message);
    if (isLast) throw new Died();
    return reply;
  };
  return new Proxy(database, {
    get: (of, name): unknown => (name === 'send' ? send : Reflect.get(of, name, of)),
  });
}
