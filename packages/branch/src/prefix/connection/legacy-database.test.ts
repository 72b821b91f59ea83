import { encodeDocument, type Value } from '@argon/bson';
import { Command } from '@argon/engine';
import { sharedMongod, startMongod } from '@argon/tools-mongod';
import { NOBODY } from '@argon/wal';
import { describe, expect, it } from 'vitest';
import { PrefixHandler } from '../handler/prefix-handler';
import { BranchDirectory } from '../service/branch-directory';
import { openPrefixStage } from '../testing/stage';
import { LegacyDatabase } from './legacy-database';

const context = { connectionId: 1, actor: NOBODY };

describe('the legacy database', () => {
  it('says what is wrong with an address, and no password', async () => {
    for (const [address, code] of [
      ['mongodb://ada:secret@127.0.0.1:1/shop', 'ARGON_BRANCH_LEGACY_UNREACHABLE'],
      ['mongodb://ada:secret@127.0.0.1:1/', 'ARGON_BRANCH_LEGACY_ADDRESS'],
      ['mongodb://ada:secret@127.0.0.1:1/shop?nonsense=1', 'ARGON_BRANCH_LEGACY_ADDRESS'],
      ['secret', 'ARGON_BRANCH_LEGACY_ADDRESS'],
    ] as const) {
      const refused = await LegacyDatabase.open(address, { serverSelectionTimeoutMS: 200 }).catch(
        (error: unknown) => error,
      );
      expect(refused).toMatchObject({ code });
      expect((refused as Error).message).not.toContain('secret');
    }
  });

  it('takes commands larger than a document may be', async () => {
    const stage = await openPrefixStage((await sharedMongod()).uri);
    try {
      const documents = Array.from({ length: 30 }, (_, _id) =>
        encodeDocument({ _id, text: 'x'.repeat(1 << 20) }),
      );
      const body = encodeDocument({ insert: 'large', $db: `${stage.project}~feature` });
      const insert = Command.fromBytes(body, new Map([['documents', documents]]));
      expect((await stage.handler.handle(insert, context)).get('n')).toBe(30);
      expect(await stage.legacy.db.collection('feature_large').countDocuments()).toBe(30);
    } finally {
      await stage.close();
    }
  });

  it('that is gone is told to clients with the labels by which drivers try again', async () => {
    const server = await startMongod();
    const address = new URL(server.uri);
    address.pathname = '/shop';
    const database = await LegacyDatabase.open(address.toString(), { serverSelectionTimeoutMS: 500 });
    const directory = new BranchDirectory(database, 'shop', { refreshMs: 60_000 });
    const handler = new PrefixHandler(directory);
    await directory.records.insertOne({ name: 'main' });
    await directory.refresh();
    await server.stop();
    const ask = (command: Record<string, Value>) => handler.handle(Command.from(command, 'shop'), context);
    try {
      const lsid = new Map<string, Value>([['id', 1]]);
      const write = await ask({ insert: 'a', documents: [new Map()], lsid, txnNumber: 1n });
      expect(write.get('code')).toBe(6);
      expect(write.get('errorLabels')).toEqual(['RetryableWriteError']);
      expect(write.get('errmsg')).toMatch(/^The legacy database at mongodb:\/\/.* did not answer 'insert'/);
      const inTransaction = { lsid, txnNumber: 1n, autocommit: false };
      expect((await ask({ find: 'a', ...inTransaction })).get('errorLabels')).toEqual([
        'TransientTransactionError',
      ]);
      expect((await ask({ commitTransaction: 1, ...inTransaction })).get('errorLabels')).toEqual([
        'RetryableWriteError',
        'UnknownTransactionCommitResult',
      ]);
      expect((await ask({ find: 'a' })).get('errorLabels')).toBeUndefined();
    } finally {
      await database.close();
    }
  });
});
