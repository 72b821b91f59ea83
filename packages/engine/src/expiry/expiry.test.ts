import { encodeDocument, decodeDocument, toDoc, type Doc, type DocumentLike } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { partialMatcher } from '../match/partial';
import { Expiry } from './expiry';

const NOW = Date.UTC(2026, 0, 1);
const ago = (seconds: number) => new Date(NOW - seconds * 1000);

describe('documents whose time is over', () => {
  let store: Store;
  let materializer: Materializer;
  let engine: WalEngine;

  beforeEach(async () => {
    store = await openStore('memory:');
    materializer = new Materializer(store, { partialMatcher });
    engine = new WalEngine(store, materializer);
  });

  afterEach(async () => {
    await engine.close();
    await materializer.close();
    await store.close();
  });

  const ask = async (command: object, database = 'shop'): Promise<Doc> => {
    const reply = await engine.handle(Command.from(toDoc(command as never), database), {
      connectionId: 1,
      actor: NOBODY,
    });
    const document = decodeDocument(encodeDocument(reply as DocumentLike));
    if (Number(document.get('ok')) !== 1) throw new Error(String(document.get('errmsg')));
    return document;
  };
  const ids = async (database = 'shop'): Promise<unknown[]> => {
    const reply = await ask({ find: 't', filter: {}, sort: { _id: 1 }, projection: { _id: 1 } }, database);
    return ((reply.get('cursor') as Doc).get('firstBatch') as Doc[]).map((each) => each.get('_id'));
  };
  const head = async (): Promise<number> => {
    const project = await store.project('shop');
    const branch = await store.branch(project!.id, 'main');
    return (await store.head(branch!.id)).lsn;
  };
  const expiry = (options: object = {}) => new Expiry(engine, { now: () => NOW, ...options });
  const index = (more: object = {}) =>
    ask({ createIndexes: 't', indexes: [{ key: { at: 1 }, name: 'at', expireAfterSeconds: 60, ...more }] });

  it('go, and those without a date stay', async () => {
    await ask({
      insert: 't',
      documents: [
        { _id: 1, at: ago(61) },
        { _id: 2, at: ago(60) },
        { _id: 3, at: ago(59) },
        { _id: 4, at: 5 },
        { _id: 5 },
        { _id: 6, at: [ago(10), ago(100)] },
        { _id: 7, at: [ago(10), 3] },
        { _id: 8, at: 'old' },
      ],
    });
    await index();
    expect(await expiry().run()).toEqual({ removed: 3, failed: [] });
    expect(await ids()).toEqual([3, 4, 5, 7, 8]);
  });

  it('go by a partial or a hidden index, and only those in it', async () => {
    await ask({
      insert: 't',
      documents: [
        { _id: 1, at: ago(100), done: true },
        { _id: 2, at: ago(100), done: false },
      ],
    });
    await index({ partialFilterExpression: { done: true }, hidden: true });
    await expiry().run();
    expect(await ids()).toEqual([2]);
  });

  it('go batch by batch, as commits with their author, and are there in the past', async () => {
    const documents = Array.from({ length: 25 }, (_, i) => ({ _id: i, at: ago(100) }));
    await ask({ insert: 't', documents });
    await index();
    const before = await head();
    expect((await expiry({ batch: 10 }).run()).removed).toBe(25);
    expect(await ids()).toEqual([]);
    expect(await ids(`shop@${before}`)).toHaveLength(25);
    const project = await store.project('shop');
    const { id } = (await store.branch(project!.id, 'main'))!;
    const commits: { entries: number; actor: unknown }[] = [];
    for await (const batch of store.commits(id, { after: before })) {
      for (const { entries } of batch) {
        expect(entries.every(({ operation }) => operation === 'delete')).toBe(true);
        commits.push({ entries: entries.length, actor: entries[0]!.actor });
      }
    }
    expect(commits.map(({ entries }) => entries)).toEqual([10, 10, 5]);
    expect(commits[0]!.actor).toEqual({ user: 'argon', app: 'ttl' });
  });

  it('of each branch are its own, and nothing is written where nothing has expired', async () => {
    await ask({
      insert: 't',
      documents: [
        { _id: 1, at: ago(10) },
        { _id: 2, at: ago(100) },
      ],
    });
    const project = await store.project('shop');
    const main = (await store.branch(project!.id, 'main'))!;
    await store.createBranch({
      projectId: project!.id,
      name: 'other',
      parentId: main.id,
      baseLsn: await head(),
      actor: NOBODY,
      expiresAt: null,
    });
    const before = await head();
    await ask(
      { createIndexes: 't', indexes: [{ key: { at: 1 }, name: 'at', expireAfterSeconds: 60 }] },
      'shop~other',
    );
    const task = expiry();
    expect(await task.run()).toEqual({ removed: 1, failed: [] });
    expect(await ids('shop~other')).toEqual([1]);
    expect(await ids()).toEqual([1, 2]);
    expect(await task.run()).toEqual({ removed: 0, failed: [] });
    expect(await head()).toBe(before);
    // An index made later is seen.
    await index();
    expect(await task.run()).toEqual({ removed: 1, failed: [] });
  });

  it('are removed once by two that run at the same time', async () => {
    const documents = Array.from({ length: 50 }, (_, i) => ({ _id: i, at: ago(100) }));
    await ask({ insert: 't', documents });
    await index();
    const reports = await Promise.all([expiry({ batch: 7 }).run(), expiry({ batch: 9 }).run()]);
    expect(reports[0].removed + reports[1].removed).toBe(50);
    expect(await ids()).toEqual([]);
  });

  it('go later or sooner when collMod says so', async () => {
    await ask({ insert: 't', documents: [{ _id: 1, at: ago(30) }] });
    await index();
    const task = expiry();
    expect((await task.run()).removed).toBe(0);
    await ask({ collMod: 't', index: { name: 'at', expireAfterSeconds: 20 } });
    expect((await task.run()).removed).toBe(1);
  });

  it('go by the date that they are clustered by, until collMod says otherwise', async () => {
    const clusteredIndex = { key: { _id: 1 }, unique: true };
    await ask({ create: 't', clusteredIndex, expireAfterSeconds: 60 });
    const [old, due, young] = [ago(1e11), ago(60), ago(59)];
    await ask({
      insert: 't',
      documents: [{ _id: young }, { _id: due }, { _id: old }, { _id: 1 }, { _id: 'a' }, { _id: { at: old } }],
    });
    const before = await head();
    const task = expiry({ batch: 1 });
    expect(await task.run()).toEqual({ removed: 2, failed: [] });
    expect(await ids()).toEqual([1, 'a', new Map([['at', old]]), young]);
    expect(await ids(`shop@${before}`)).toContainEqual(due);
    await ask({ collMod: 't', expireAfterSeconds: 'off' });
    await ask({ insert: 't', documents: [{ _id: due }] });
    expect((await task.run()).removed).toBe(0);
    await ask({ collMod: 't', expireAfterSeconds: 0 });
    expect((await task.run()).removed).toBe(2);
    expect(await ids()).toEqual([1, 'a', new Map([['at', old]])]);
  });

  it('go by themselves, until it is closed', async () => {
    await index();
    const task = new Expiry(engine, { intervalMs: 5, now: () => NOW }).start();
    await ask({ insert: 't', documents: [{ _id: 1, at: ago(100) }] });
    while ((await ids()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await task.close();
    await ask({ insert: 't', documents: [{ _id: 2, at: ago(100) }] });
    expect(await task.run()).toEqual({ removed: 0, failed: [] });
    expect(await ids()).toEqual([2]);
  });
});
