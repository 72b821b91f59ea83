import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { NOBODY, type Entry, type Lsn } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathText } from '../document/changes';
import { action, HistoryModel, play, type Shown } from '../testing/history-model';
import { openStack, type Stack } from '../testing/stack';
import { HistoryService } from './history-service';
import type { LoggedChange } from './logged-change';

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

async function check(stack: Stack, model: HistoryModel): Promise<void> {
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
        const model = new HistoryModel(stack);
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
