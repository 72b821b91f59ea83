import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { NOBODY, type Entry, type Lsn } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathText } from '../document/changes';
import { openStack, type Stack } from '../testing/stack';
import { HistoryService } from './history-service';
import type { LoggedChange } from './logged-change';

type Action =
  | { readonly do: 'put'; readonly branch: number; readonly id: number; readonly set: Record<string, number> }
  | { readonly do: 'delete'; readonly branch: number; readonly ids: readonly number[] }
  | { readonly do: 'drop'; readonly branch: number }
  | { readonly do: 'rename'; readonly branch: number }
  | { readonly do: 'fork' | 'reset'; readonly branch: number; readonly back: number };

const branch = fc.nat({ max: 2 });
const ids = fc.nat({ max: 3 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      branch,
      id: ids,
      set: fc.dictionary(fc.constantFrom('a', 'b.c', 'b.d'), fc.nat({ max: 2 }), { minKeys: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      branch,
      ids: fc.array(ids, { minLength: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), branch }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), branch }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('fork' as const, 'reset' as const),
      branch,
      back: fc.nat({ max: 6 }),
    }),
  },
);

/** What a branch shows, as a list of all entries that led to it, oldest first; and the same for each of its commits. */
interface Shown {
  readonly name: string;
  readonly id: number;
  entries: readonly Entry[];
  readonly moments: Map<Lsn, readonly Entry[]>;
  /** Entries that resets hid, of this branch alone. */
  hidden: readonly Entry[];
}

class Model {
  readonly branches: Shown[] = [];

  constructor(private readonly stack: Stack) {}

  async add(name: string, inherited: readonly Entry[]): Promise<void> {
    const record = await this.stack.branches.get('shop', name);
    const births = record.parentId === null ? [record.projectId, record.id] : [record.id];
    const birth = (await this.stack.store.entries(record.id, births)) as Entry[];
    const entries = [...inherited, ...birth];
    this.branches.push({
      name,
      id: record.id,
      entries,
      moments: new Map([[record.headLsn, entries]]),
      hidden: [],
    });
  }

  /** Takes note of what was just written, one commit at a time. */
  async note(of: Shown, base = of.entries): Promise<void> {
    const last = [...of.moments.keys()].at(-1)!;
    for await (const batch of this.stack.store.commits(of.id, { after: last })) {
      for (const commit of batch) {
        base = [...base, ...commit.entries];
        of.moments.set(commit.lsn, base);
      }
    }
    const kept = new Set(base);
    const isOwn = (entry: Entry) => entry.branchId === of.id && !kept.has(entry);
    of.hidden = [...of.hidden, ...of.entries].filter(isOwn);
    of.entries = base;
  }
}

async function play(stack: Stack, model: Model, actions: readonly Action[]): Promise<void> {
  for (const [n, each] of actions.entries()) {
    const on = model.branches[each.branch % model.branches.length]!;
    const database = `shop~${on.name}`;
    const actor = { user: ['ann', 'bob'][n % 2]!, app: 'test' };
    if (each.do === 'put') {
      const updates = [{ q: { _id: each.id }, u: { $set: each.set }, upsert: true }];
      await stack.run(database, { update: 'items', updates }, actor);
    } else if (each.do === 'delete') {
      await stack.run(
        database,
        { delete: 'items', deletes: [{ q: { _id: { $in: each.ids } }, limit: 0 }] },
        actor,
      );
    } else if (each.do === 'drop') {
      await stack.run(database, { drop: 'items' }, actor).catch(() => {});
    } else if (each.do === 'rename') {
      // There and back again: what it was called between shows in the log alone.
      for (const [from, to] of [
        ['items', 'things'],
        ['things', 'items'],
      ]) {
        await stack
          .run('admin', { renameCollection: `${database}.${from}`, to: `${database}.${to}` }, actor)
          .catch(() => {});
      }
    } else {
      const lsns = [...on.moments.keys()];
      const lsn = lsns[Math.max(0, lsns.length - 1 - each.back)]!;
      const then = on.moments.get(lsn)!;
      if (each.do === 'reset') {
        await stack.branches.reset('shop', on.name, { lsn }, actor);
        await model.note(on, then);
        continue;
      }
      if (model.branches.length === 3) continue;
      const name = `b${model.branches.length}`;
      await stack.branches.create('shop', name, { from: on.name, at: { lsn } }, actor);
      await model.add(name, then);
      continue;
    }
    await model.note(on);
  }
}

interface NaiveLife {
  readonly id: Value;
  readonly versions: readonly Entry[];
  /** Who gave each leaf its value. */
  readonly blame: ReadonlyMap<string, Lsn>;
  readonly lost: Entry | undefined;
}

/** The lives of all documents of all collections, in the order of their beginnings; by replaying everything. */
function livesOf(entries: readonly Entry[]): readonly NaiveLife[] {
  const lives: { id: Value; versions: Entry[]; blame: Map<string, Lsn>; lost: Entry | undefined }[] = [];
  const alive = new Map<Value, (typeof lives)[number]>();
  for (const entry of entries) {
    const { documentId: id } = entry;
    if (entry.operation === 'insert') {
      const life = { id, versions: [], blame: new Map(), lost: undefined };
      lives.push(life);
      alive.set(id, life);
    }
    if (entry.operation === 'drop_collection') {
      for (const life of alive.values()) life.lost = entry;
      alive.clear();
    }
    const life = alive.get(id);
    if (life === undefined || entry.recordLsn === 0) continue;
    const before = life.versions.at(-1);
    life.versions.push(entry);
    if (entry.operation === 'delete') {
      life.lost = entry;
      alive.delete(id);
      continue;
    }
    const [was, is] = [leaves(before), leaves(entry)];
    for (const path of life.blame.keys()) if (!is.has(path)) life.blame.delete(path);
    for (const [path, value] of is) if (was.get(path) !== value) life.blame.set(path, entry.lsn);
  }
  return lives;
}

function leaves(entry: Entry | undefined): Map<string, Value> {
  const found = new Map<string, Value>();
  const walk = (document: Doc, path: string) => {
    for (const [name, value] of document) {
      if (value instanceof Map) walk(value, `${path}${name}.`);
      else found.set(path + name, value);
    }
  };
  if (entry?.document) walk(decodeDocument(entry.document), '');
  return found;
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

const newestFirst = (entries: readonly Entry[]): Lsn[] => entries.map(({ lsn }) => lsn).reverse();
const lsnsOf = (changes: readonly LoggedChange[]): Lsn[] => changes.map(({ lsn }) => lsn);

async function check(stack: Stack, model: Model): Promise<void> {
  const history = new HistoryService(stack.engine);
  for (const shown of model.branches) {
    const place = { project: 'shop', name: shown.name };
    const lives = livesOf(shown.entries);
    const previous = new Map<Lsn, Uint8Array>();
    for (const { versions } of lives) {
      for (const [i, { lsn }] of versions.entries()) if (i > 0) previous.set(lsn, versions[i - 1]!.document!);
    }
    const changes = await all(history.changes(place));
    expect(lsnsOf(changes)).toEqual(newestFirst(shown.entries));
    for (const change of changes) expect(change.before).toEqual(previous.get(change.lsn));

    const everything = await all(history.changes({ ...place, includeHidden: true }));
    const own = everything.filter(({ entry }) => entry.branchId === shown.id && everything.length > 0);
    expect(lsnsOf(own.filter(({ hidden }) => hidden))).toEqual(
      newestFirst([...shown.hidden].sort((a, b) => a.lsn - b.lsn)),
    );
    expect(lsnsOf(everything.filter(({ hidden }) => !hidden))).toEqual(newestFirst(shown.entries));
    const anns = shown.entries.filter(({ actor, documentId }) => actor.user === 'ann' && documentId === 1);
    expect(lsnsOf(await all(history.changes({ ...place, actor: 'ann', id: 1 })))).toEqual(newestFirst(anns));

    for (const [lsn, then] of [...shown.moments].slice(-4)) {
      expect(lsnsOf(await all(history.changes({ ...place, at: { lsn } })))).toEqual(newestFirst(then));
    }
    await checkDocuments(history, place, lives);
  }
}

async function checkDocuments(
  history: HistoryService,
  place: { project: string; name: string },
  lives: readonly NaiveLife[],
): Promise<void> {
  const lost: [Value, Lsn, Lsn][] = [];
  for (const id of [0, 1, 2, 3]) {
    const own = lives.filter((life) => life.id === id);
    const expected = own.flatMap(({ versions, lost: end }) =>
      end === undefined || end.operation === 'delete' ? versions : [...versions, end],
    );
    const request = { ...place, collection: 'items', id };
    const versions = await all(history.versions(request));
    expect(lsnsOf(versions)).toEqual(newestFirst(expected));
    expect(lsnsOf(await all(history.versions({ ...request, limit: 2 })))).toEqual(
      newestFirst(expected).slice(0, 2),
    );
    const last = own.at(-1);
    if (last === undefined || last.lost !== undefined) {
      await expect(history.blame(request)).rejects.toMatchObject({ code: 'ARGON_BRANCH_DOCUMENT_NOT_FOUND' });
      const version = last?.versions.findLast(({ document }) => document !== null);
      if (last !== undefined) lost.push([id, version!.lsn, last.lost!.lsn]);
    } else {
      const blame = await history.blame(request);
      expect(new Map(blame.map(({ path, change }) => [pathText(path), change.lsn]))).toEqual(last.blame);
    }
  }
  const found = await all(history.deleted(place));
  const seen = found.map(({ id, lsn, lostLsn }) => [id, lsn, lostLsn] as [Value, Lsn, Lsn]);
  const order = (a: [Value, Lsn, Lsn], b: [Value, Lsn, Lsn]) => b[2] - a[2] || Number(a[0]) - Number(b[0]);
  expect(seen.map(([, , at]) => at)).toEqual(seen.map(([, , at]) => at).sort((a, b) => b - a));
  expect(seen.sort(order)).toEqual(lost.sort(order));
}

it('tells of random histories what replaying all of them tells', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const stack = await openStack();
      try {
        await stack.branches.createProject('shop', NOBODY);
        const model = new Model(stack);
        await model.add('main', []);
        await play(stack, model, actions);
        await check(stack, model);
        await checkRecovery(stack, model.branches[0]!);
      } finally {
        await stack.close();
      }
    }),
    { numRuns: 80 },
  );
});

/** All that is lost comes back as it last was, and what is there stays as it is. */
async function checkRecovery(stack: Stack, { entries }: Shown): Promise<void> {
  const history = new HistoryService(stack.engine);
  const before = await stack.documents('shop', 'items');
  const expected = new Map([...before].map(([id, document]) => [id, document]));
  const lives = new Map(livesOf(entries).map((life) => [life.id, life]));
  for (const [id, { versions, lost }] of lives) {
    if (lost === undefined) continue;
    const bytes = versions.findLast(({ document }) => document !== null)!.document!;
    expected.set(String(id), Object.fromEntries(plain(decodeDocument(bytes))));
  }
  const head = await stack.head('shop');
  const preview = await history.previewRecovery({ project: 'shop', branch: 'main' });
  expect(await stack.head('shop')).toBe(head);
  const report = await history.recover({ project: 'shop', branch: 'main' }, NOBODY);
  expect({ ...report, head: undefined }).toEqual(preview);
  expect(report.recovered).toBe(expected.size - before.size);
  expect(report.head).toBe(report.recovered > 0 ? await stack.head('shop') : undefined);
  expect(await stack.documents('shop', 'items')).toEqual(expected);
  expect(await all(history.deleted({ project: 'shop', name: 'main' }))).toEqual([]);
}

function plain(document: Doc): [string, unknown][] {
  return [...document].map(([name, value]) => [
    name,
    value instanceof Map ? Object.fromEntries(plain(value)) : value,
  ]);
}
