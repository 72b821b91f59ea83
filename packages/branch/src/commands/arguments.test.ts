import { fromDoc, type Doc } from '@argon/bson';
import { Command } from '@argon/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANN, openAsker, type Asker } from '../testing/asker';

let asker: Asker;

beforeEach(async () => {
  asker = await openAsker();
});
afterEach(() => asker.close());

const ask: Asker['ask'] = (database, command) => asker.ask(database, command);
const head = (branch?: string) => asker.stack.head('shop', branch);
describe('arguments', () => {
  const NOW = { $date: 'no date' };

  it.each([
    [{ argonMerge: 'f', dry: true }, 40415, "BSON field 'argonMerge.dry' is an unknown field."],
    [{ argonMerge: 1 }, 14, "BSON field 'argonMerge' is the wrong type 'int', expected type 'string'"],
    [
      { argonMerge: 'f', into: 3 },
      14,
      "BSON field 'argonMerge.into' is the wrong type 'int', expected type 'string'",
    ],
    [
      { argonMerge: 'f', dryRun: 'yes' },
      14,
      "BSON field 'argonMerge.dryRun' is the wrong type 'string', expected type 'bool'",
    ],
    [{ argonMerge: 'f', strategy: 'mine' }, 2, "Enumeration value 'mine' for field 'argonMerge.strategy'"],
    [{ argonMerge: 'f', strategies: { a: 1 } }, 14, "'argonMerge.strategies.a' is the wrong type 'int'"],
    [{ argonMerge: 'f', expectedHead: 1.5 }, 2, "'argonMerge.expectedHead' value must be an LSN"],
    [{ argonMerge: 'f', expectedHead: -1 }, 2, "'argonMerge.expectedHead' value must be an LSN"],
    [{ argonMerge: 'a b' }, 73, 'Invalid database name'],
    [{ argonRestore: 1 }, 40414, "BSON field 'argonRestore.to' is missing but a required field"],
    [
      { argonRestore: 1, to: true },
      14,
      "is the wrong type 'bool', expected types '[date, int, long, string]'",
    ],
    [{ argonRestore: 1, to: NOW }, 14, "is the wrong type 'object'"],
    [{ argonRestore: 1, to: { lsn: 1.5 } }, 2, "'argonRestore.to.lsn' value must be an LSN"],
    [{ argonRestore: 1, to: { lsn: 1, time: new Date() } }, 14, "is the wrong type 'object'"],
    [{ argonRestore: 1, to: { time: 5 } }, 14, "is the wrong type 'object'"],
    [{ argonResetBranch: 2, to: 1 }, 14, "BSON field 'argonResetBranch' is the wrong type 'int'"],
    [{ argonResetBranch: 'main' }, 40414, "BSON field 'argonResetBranch.to' is missing"],
    [{ argonHistory: 'items', filter: { $no: 1 } }, 2, 'unknown top level operator: $no'],
    [{ argonRestore: 1, to: 1, collections: 'a' }, 14, "expected type 'array'"],
    [{ argonRestore: 1, to: 1, collections: [1] }, 14, "'argonRestore.collections.0' is the wrong type"],
    [{ argonRestore: 1, to: 1, filter: 1 }, 14, "'argonRestore.filter' is the wrong type"],
    [{ argonUndo: 1 }, 2, "argonUndo takes exactly one of 'lastRestore'"],
    [{ argonUndo: 1, commit: 3, lastRestore: true }, 2, 'argonUndo takes exactly one of'],
    [{ argonUndo: 1, from: 3 }, 40414, "BSON field 'argonUndo.to' is missing"],
    [{ argonUndo: 1, user: 'ann' }, 40414, "BSON field 'argonUndo.since' is missing"],
    [{ argonUndo: 1, since: 3 }, 2, 'nobody is named'],
    [{ argonTag: 1 }, 14, "BSON field 'argonTag' is the wrong type"],
    [{ argonTag: 'x', at: 'yesterday' }, 14, "expected types '[date, int, long]'"],
    [{ argonHistory: 'items', limit: -1 }, 51024, "BSON field 'limit' value must be >= 0"],
    [{ argonHistory: true }, 9, 'argonHistory takes the name of a collection'],
    [{ argonHistory: 1, since: 5 }, 14, "expected type 'date'"],
    [{ argonDiff: 'main', cursor: { batchSize: -1 } }, 51024, 'batchSize'],
    [{ argonCreateBranch: 'x', protected: 'x' }, 14, "'argonCreateBranch.protected' is the wrong type"],
  ])('%j is refused', async (command, code, message) => {
    const before = await head();
    const reply = await ask('shop', command);
    expect(reply).toMatchObject({ code, errmsg: expect.stringContaining(message) });
    expect(Number(reply.ok)).toBe(0);
    expect(await head()).toBe(before);
  });

  it('moments and other databases are not written to', async () => {
    const moment = `shop@${await head()}`;
    for (const command of [
      ...[{ argonMerge: 'main' }, { argonRestore: 1, to: 1 }, { argonUndo: 1, lastRestore: true }],
      ...[{ argonTag: 'x' }, { argonDeleteTag: 'x' }, { argonDropBranch: 'x' }],
      { argonResetBranch: 1, to: 1 },
    ]) {
      expect(await ask(moment, command)).toMatchObject({ code: 166 });
      expect(await ask('admin', command)).toMatchObject({ code: 73 });
      expect(await ask('nothing', command)).toMatchObject({ code: 26 });
    }
    const reads = ['argonListBranches', 'argonListTags', 'argonHistory', 'argonStatus'];
    for (const command of reads.map((name) => ({ [name]: 1 }))) {
      expect(await ask('nothing', command)).toMatchObject({ code: 26 });
    }
  });

  it('stop with the client, before anything is written', async () => {
    const then = await head();
    await ask('shop', { update: 'items', updates: [{ q: {}, u: { $set: { n: 9 } }, multi: true }] });
    const now = await head();
    const command = Command.from({ argonRestore: 1, to: then, collections: ['items'] }, 'shop');
    const context = { connectionId: 1, actor: ANN, signal: AbortSignal.abort() };
    expect(fromDoc((await asker.handler.handle(command, context)) as Doc)).toMatchObject({
      errmsg: expect.any(String),
    });
    expect(await head()).toBe(now);
  });
});
