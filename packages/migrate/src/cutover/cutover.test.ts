import { DEFAULT_FLAGS, type Flags } from '@argon/branch';
import { decodeDocument } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, fillMain, openDualStage, type DualStage } from '../testing/dual-stage';

let flags: Flags;
let stage: DualStage;

beforeEach(async () => {
  flags = { ...DEFAULT_FLAGS, wal: true };
  stage = await openDualStage(() => flags);
  await fillMain(stage);
});
afterEach(async () => {
  expect(stage.failures).toEqual([]);
  await stage.close();
});

describe('a branch made on the other side than its parent', () => {
  it('holds what its parent holds, to the byte, and goes its own way', async () => {
    await stage.dual.branches.create('shop', 'logged', { type: 'wal' }, NOBODY);
    expect(await stage.type('logged')).toBe('wal');
    await stage.dual.branches.create('shop', 'back', { from: 'logged', type: 'traditional' }, NOBODY);
    expect(await stage.type('back')).toBe('traditional');
    for (const name of ['shop~logged', 'shop~back']) {
      for (const collection of ['types', 'people']) {
        expect(await stage.documents(collection, name)).toEqual(await stage.documents(collection));
        expect(await stage.indexes(collection, name)).toEqual(await stage.indexes(collection));
      }
    }
    await stage.run({ delete: 'people', deletes: [{ q: {}, limit: 0 }] }, 'shop~logged');
    expect((await stage.documents('people', 'shop~back')).equals(await stage.documents('people'))).toBe(true);
    expect(await stage.documents('people', 'shop~logged')).toHaveLength(0);
    const names = (await stage.dual.branches.list('shop')).map(({ name, type }) => `${name} ${type}`);
    expect(names.sort()).toEqual(['back traditional', 'logged wal', 'main traditional']);
  });

  it('is not made at all if its name is taken, or it is stopped', async () => {
    const { branches } = stage.dual;
    await branches.create('shop', 'logged', { type: 'wal' }, NOBODY);
    await expect(branches.create('shop', 'logged', { type: 'wal' }, NOBODY)).rejects.toThrow('exists');
    const stopped = branches.create('shop', 'never', { type: 'wal' }, NOBODY, {
      signal: AbortSignal.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect((await branches.list('shop')).map(({ name }) => name).sort()).toEqual(['logged', 'main']);
    await branches.create('shop', 'never', { type: 'wal' }, NOBODY);
    expect(await stage.documents('people', 'shop~never')).toEqual(await stage.documents('people'));
  });
});

describe('a flag that is flipped under load', () => {
  it('fails and loses no write, and no read', { timeout: 120_000 }, async () => {
    await stage.dual.branches.create('shop', 'busy', { type: 'wal' }, NOBODY);
    const name = 'shop~busy';
    let isDone = false;
    const acknowledged = new Set<string>();
    const increments = new Map<number, number>();
    const seen = new Set<string>();
    const writer = async (who: number) => {
      for (let i = 0; !isDone; i++) {
        const _id = `${who}-${i}`;
        await stage.run({ insert: 'log', documents: [{ _id, who }] }, name);
        acknowledged.add(_id);
        const person = (i * 7 + who * 13) % 500;
        await stage.run({ update: 'people', updates: [{ q: { _id: person }, u: { $inc: { n: 1 } } }] }, name);
        increments.set(person, (increments.get(person) ?? 0) + 1);
      }
    };
    const reader = async () => {
      while (!isDone) {
        // Nothing that was acknowledged before is missing, whoever answers.
        const before = acknowledged.size;
        const reply = await stage.run({ count: 'log' }, name);
        expect(Number(reply.get('n'))).toBeGreaterThanOrEqual(before);
        seen.add(await stage.type('busy'));
      }
    };
    const working = [writer(1), writer(2), writer(3), writer(4), reader()];
    const until = async (type: string) => {
      for (const end = Date.now() + 30_000; (await stage.type('busy')) !== type;) {
        if (Date.now() > end) throw new Error(`it does not become ${type}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const rest = () => new Promise((resolve) => setTimeout(resolve, 300));
    await rest();
    for (let flip = 0; flip < 3; flip++) {
      flags = { ...flags, wal: false };
      await until('traditional');
      await rest();
      flags = { ...flags, wal: true };
      await until('wal');
      await rest();
    }
    isDone = true;
    await Promise.all(working);
    expect([...seen].sort()).toEqual(['traditional', 'wal']);
    expect(Number((await stage.run({ count: 'log' }, name)).get('n'))).toBe(acknowledged.size);
    const group = new Map<string, unknown>([
      ['_id', null],
      ['sum', new Map([['$sum', '$n']])],
    ]);
    const pipeline = [new Map([['$group', group]])];
    const [total] = batchOf(await stage.run({ aggregate: 'people', pipeline, cursor: new Map() }, name));
    const sum = [...increments.values()].reduce((all, n) => all + n, 0);
    expect(Number(decodeDocument(total!).get('sum'))).toBe(sum);
    expect(acknowledged.size).toBeGreaterThan(100);
  });
});
