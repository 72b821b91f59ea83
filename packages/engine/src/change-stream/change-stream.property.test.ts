import {
  decodeDocument,
  encodeDocument,
  idKey,
  Timestamp,
  type Doc,
  type DocumentLike,
  type RawDocument,
  type Value,
} from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { branchReset, findBranch, NOBODY, openStore, type LiveBranch, type Lsn } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WalEngine } from '../handler/engine';
import type { Draft } from '../write/draft';
import { Model } from './testing/model';
import { close, more, open, run } from './testing/watch';

type Step =
  | { readonly kind: 'command'; readonly command: DocumentLike }
  | { readonly kind: 'reset'; readonly back: number }
  | { readonly kind: 'large'; readonly count: number; readonly from: number }
  | { readonly kind: 'fork'; readonly back: number };

const name = fc.constantFrom('a', 'b', 'c');
const id = fc.integer({ min: 0, max: 3 });
const scalar = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'yy', null, true));
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.array(fc.record({ k: scalar, v: scalar }), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('p', 'q', 'r', '0'), fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }))),
);
const field = fc.constantFrom('f', 'g', 'h');
const path = fc.oneof(field, fc.constantFrom('f.p', 'f.0', 'g.q', 'h.1', 'g.0.k', 'f.r.1'));
const document = fc.dictionary(field, value);

const operators = fc.oneof(
  fc.tuple(path, value).map(([at, set]) => ({ $set: { [at]: set } })),
  fc.tuple(path, path, value).map(([at, other, set]) => ({ $set: { [at]: set }, $unset: { [other]: 1 } })),
  path.map((at) => ({ $unset: { [at]: 1 } })),
  fc.tuple(field, value).map(([at, item]) => ({ $push: { [at]: item } })),
  field.map((at) => ({ $pop: { [at]: 1 } })),
  fc.tuple(field, scalar).map(([at, item]) => ({ $pull: { [at]: item } })),
  fc.tuple(field, field).map(([at, to]) => ({ $rename: { [at]: `${to}${to}` } })),
);
const pipeline = fc.oneof(
  fc.tuple(field, value).map(([at, set]) => [{ $set: { [at]: { $literal: set } } }]),
  fc
    .tuple(field, value)
    .map(([at, set]) => [{ $replaceWith: { _id: '$_id', [at]: { $literal: set }, f: '$f' } }]),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .oneof(
        fc.tuple(name, id, document).map(([insert, _id, fields]) => ({
          insert,
          documents: [{ ...fields, _id }],
        })),
        fc.tuple(name, fc.nat(20)).map(([insert, n]) => ({
          insert,
          documents: Array.from({ length: n + 1 }, (_, i) => ({ _id: `m${i}`, f: i })),
        })),
        fc
          .tuple(name, id, fc.oneof(operators, pipeline, document), fc.boolean())
          .map(([update, _id, u, upsert]) => ({ update, updates: [{ q: { _id }, u, upsert }] })),
        fc.tuple(name, operators).map(([update, u]) => ({ update, updates: [{ q: {}, u, multi: true }] })),
        fc.tuple(name, id).map(([from, _id]) => ({ delete: from, deletes: [{ q: { _id }, limit: 1 }] })),
        name.map((from) => ({ delete: from, deletes: [{ q: { _id: { $type: 'string' } }, limit: 0 }] })),
        name.map((drop) => ({ drop })),
        name.map((on) => ({ createIndexes: on, indexes: [{ key: { f: 1 }, name: 'f_1' }] })),
      )
      .map((command): Step => ({ kind: 'command', command })),
  },
  { weight: 1, arbitrary: fc.nat(30).map((back): Step => ({ kind: 'reset', back })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 30, max: 80 }), fc.nat(1000))
      .map(([count, from]): Step => ({ kind: 'large', count, from: 1000 + from * 100 })),
  },
  { weight: 1, arbitrary: fc.nat(10).map((back): Step => ({ kind: 'fork', back })) },
);

/** One branch after the other: a fork goes on where the one before it was. */
class World {
  database = 'shop';
  /** Commit boundaries of the current branch's chain that can be gone back to. */
  #boundaries: Lsn[] = [];
  #forks = 0;

  constructor(readonly engine: WalEngine) {}

  async branchId(): Promise<number> {
    const [, branch = 'main'] = this.database.split('~');
    return ((await findBranch(this.engine.store, 'shop', branch)) as LiveBranch).branch.id;
  }

  async take(step: Step): Promise<void> {
    const { engine } = this;
    const { store, materializer } = engine;
    if (step.kind === 'command') {
      // What the command refuses is none of this test's business.
      await run(engine, this.database, step.command).catch(() => undefined);
    } else if (step.kind === 'large') {
      const id = await this.branchId();
      const work = async (draft: Draft) => {
        for (let i = 0; i < step.count; i++) {
          await draft.insert('a', encodeDocument({ _id: step.from + i, pad: 'x'.repeat(10) }));
          await draft.relieve();
        }
      };
      await engine.write(id, this.database, work, NOBODY, { large: true }).catch(() => undefined);
    } else if (step.kind === 'reset') {
      const to = this.#boundaries.at(-1 - step.back);
      const id = await this.branchId();
      const { lsn } = await store.head(id);
      if (to !== undefined && to < lsn) {
        const result = await store.append({
          branchId: id,
          after: lsn,
          commits: [branchReset(to, NOBODY)],
          change: { resetTo: to },
        });
        expect(result.appended).toBe(true);
      }
    } else {
      const parentId = await this.branchId();
      const record = (await store.branchById(parentId))!;
      const boundary = this.#boundaries.at(-1 - step.back) ?? (await store.head(parentId)).lsn;
      const name = `fork${(this.#forks += 1)}`;
      const { projectId } = record;
      await store.createBranch({ projectId, name, parentId, baseLsn: boundary, actor: NOBODY });
      this.database = `shop~${name}`;
      this.#boundaries = [];
    }
    const state = await materializer.current(await this.branchId());
    if (this.#boundaries.at(-1) !== state.lsn) this.#boundaries.push(state.lsn);
  }

  /** What the branch holds. */
  async content(): Promise<Map<string, Map<string, Doc>>> {
    const content = new Map<string, Map<string, Doc>>();
    const listed = await run(this.engine, this.database, { listCollections: 1, cursor: {} });
    for (const each of (listed.get('cursor') as Doc).get('firstBatch') as Value[]) {
      const collection = decodeDocument((each as RawDocument).bytes).get('name') as string;
      const found = await run(this.engine, this.database, { find: collection, batchSize: 10_000 });
      const documents = ((found.get('cursor') as Doc).get('firstBatch') as Value[]).map((raw) =>
        decodeDocument((raw as RawDocument).bytes),
      );
      content.set(collection, new Map(documents.map((each) => [idKey(each.get('_id')), each])));
    }
    return content;
  }
}

/** What is compared: fields in any order, as applying an event cannot move them. */
function plain(collections: ReadonlyMap<string, ReadonlyMap<string, Doc>>): unknown {
  const sorted = (from: unknown): unknown => {
    if (from instanceof Map)
      return Object.fromEntries(
        [...from].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
      );
    return Array.isArray(from) ? from.map(sorted) : from;
  };
  return sorted(collections);
}

/** Reads a branch's stream from its beginning, cut off and resumed all the time. */
async function follow(engine: WalEngine, database: string, model: Model, dice: () => number): Promise<void> {
  const options = { showExpandedEvents: true, fullDocumentBeforeChange: 'whenAvailable' };
  let start: DocumentLike = { startAtOperationTime: new Timestamp({ t: 1, i: 1 }) };
  for (let idle = 0; idle < 3;) {
    const batchSize = dice() % 4;
    let batch = await open(engine, database, 1, { ...options, ...start }, { batchSize });
    let left = dice() % 4;
    // Who asks for nothing does not learn that nothing is left.
    if (batchSize > 0 || left > 0) idle += 1;
    for (; ; left--) {
      for (const event of batch.events) {
        idle = 0;
        model.apply(event);
        start = { [dice() % 2 ? 'resumeAfter' : 'startAfter']: event.get('_id')! };
      }
      if (dice() % 2) start = { resumeAfter: batch.token };
      if (left <= 0 || batch.id.isZero()) break;
      batch = await more(engine, database, 1, batch.id, { batchSize: 1 + (dice() % 9), maxTimeMS: 1 });
    }
    await close(engine, database, batch);
  }
}

it('the events of a stream, resumed at any token, make what the branch holds of nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 50, size: 'max' }),
      fc.infiniteStream(fc.nat(1000)),
      async (steps, numbers) => {
        const store = await openStore('memory:');
        const draftLimits = { first: { entries: 20, bytes: 1 << 20 }, next: { entries: 8, bytes: 1 << 20 } };
        const engine = new WalEngine(store, new Materializer(store), { draftLimits });
        const world = new World(engine);
        await run(engine, 'shop', { create: 'a' });
        for (const each of steps) await world.take(each);
        const model = new Model();
        await follow(engine, world.database, model, () => numbers.next().value);
        expect(plain(model.collections)).toEqual(plain(await world.content()));
        await engine.close();
        await store.close();
      },
    ),
    { numRuns: 60 },
  );
}, 240_000);
