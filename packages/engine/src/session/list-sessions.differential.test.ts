import {
  Binary,
  decodeDocument,
  encodeDocument,
  toDoc,
  type Doc,
  type DocumentLike,
  type Value,
} from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { mongodOrSkip } from '@argon/tools-mongod';
import { NOBODY, openStore } from '@argon/wal';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from '../plan/testing/in-process';

const mongod = await mongodOrSkip();

const listed = (options: unknown, collection: string | 1 = 'system.sessions') => ({
  aggregate: collection,
  pipeline: [{ $listSessions: options }],
  cursor: {},
});
const both = { users: [{ user: 'a', db: 'b' }], allUsers: true };

/** By database. */
const REFUSED: readonly (readonly [string, DocumentLike])[] = [
  ['shop', listed({})],
  ['shop', listed({}, 'c')],
  ['shop', listed({}, 1)],
  ['config', listed({}, 'c')],
  ['config', listed({}, 1)],
  ...['shop', 'config'].flatMap((database) =>
    [1, 'x', { x: 1 }, { users: 1 }, { allUsers: 1 }, { users: [{ user: 'a' }] }, both].map(
      (options) => [database, listed(options)] as const,
    ),
  ),
  ['config', { ...listed({}), pipeline: [{ $match: {} }, { $listSessions: {} }] }],
  ['config', { ...listed({}), pipeline: [{ $facet: { a: [{ $listSessions: {} }] } }] }],
  ['shop', { ...listed({}), pipeline: [{ $facet: { a: [{ $listSessions: {} }] } }] }],
];

describe.skipIf(!mongod)('$listSessions on mongod and on Argon', () => {
  let wire: Wire;
  const argon = new Map<string, InProcess>();

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    for (const database of ['shop', 'config']) argon.set(database, await inProcess(database));
  });

  afterAll(async () => {
    wire.close();
    for (const each of argon.values()) await each.close();
  });

  it('is refused the same where there is nothing to list', async () => {
    const differences: unknown[] = [];
    for (const [database, command] of REFUSED) {
      const theirs = refusal(await wire.command(toDoc({ ...command, $db: database })));
      const ours = refusal(await argon.get(database)!.ask(toDoc(command)));
      if (ours !== theirs) differences.push({ command: JSON.stringify(command), theirs, ours });
    }
    expect(differences).toEqual([]);
  });
});

function refusal(reply: Doc): string {
  return `${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
}

it('$listSessions lists the sessions of the caller, or of all', async () => {
  const store = await openStore('memory:');
  const engine = new WalEngine(store, new Materializer(store));
  const as = async (user: string, command: DocumentLike, database: string): Promise<Doc> => {
    const context = { connectionId: 1, actor: { ...NOBODY, user } };
    const reply = await engine.handle(Command.from(toDoc(command), database), context);
    return decodeDocument(encodeDocument(reply as Doc));
  };
  const ids = async (user: string, options: DocumentLike): Promise<string[]> => {
    const reply = await as(user, listed(options), 'config');
    const found = ((reply.get('cursor') as Doc).get('firstBatch') as Doc[]).map((document) => {
      const id = (document.get('_id') as Doc).get('id') as Binary;
      return Buffer.from(id.buffer).toString('hex');
    });
    return found.sort();
  };
  const sessions = new Map<string, string>();
  for (const user of ['ada', 'bob']) {
    const id = randomBytes(16);
    sessions.set(user, id.toString('hex'));
    const lsid: Value = new Map([['id', new Binary(id, Binary.SUBTYPE_UUID)]]);
    await as(user, { find: 'c', lsid }, 'shop');
  }
  expect(await ids('ada', {})).toEqual([sessions.get('ada')]);
  expect(await ids('ada', { users: [{ user: 'bob', db: 'admin' }] })).toEqual([sessions.get('bob')]);
  expect(await ids('ada', { allUsers: true })).toEqual([...sessions.values()].sort());
  await engine.close();
  await store.close();
});
