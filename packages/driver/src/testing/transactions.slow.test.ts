import { sharedMongod } from '@argon/tools-mongod';
import { builtProgram } from '@argon/tools-programs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { storeKinds } from './store-fixtures';

const run = promisify(execFile);
const TELLER = builtProgram(new URL('./processes/teller.ts', import.meta.url));
const TELLERS = 4;
const TRANSFERS = 50;
const ACCOUNTS = 6;

const shared = storeKinds(async () => (await sharedMongod()).uri).filter((kind) => kind.shared);

describe.each(shared)('processes that move money on a $name store', (kind) => {
  it('neither make any nor lose any, and each transfer is made once', async () => {
    const fixture = await kind.make();
    const client = await new ArgonClient(fixture.address).connect();
    try {
      const bank = client.db('bank');
      const accounts = bank.collection<{ _id: number; balance: number }>('accounts');
      await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_, i) => ({ _id: i, balance: 100 })));
      await bank.createCollection('journal');
      const reports = await Promise.all(
        Array.from({ length: TELLERS }, async (_, number) => {
          const given = [TELLER, fixture.address, String(number), String(TRANSFERS)];
          return JSON.parse((await run(process.execPath, given, { timeout: 500_000 })).stdout) as unknown;
        }),
      );
      expect(reports).toEqual(Array.from({ length: TELLERS }, () => ({ transfers: TRANSFERS, torn: 0 })));
      const held = await accounts.find().toArray();
      expect(held.reduce((sum, { balance }) => sum + balance, 0)).toBe(100 * ACCOUNTS);
      expect(await bank.collection('journal').countDocuments()).toBe(TELLERS * TRANSFERS);
    } finally {
      await client.close();
      await fixture.remove();
    }
  });
});
