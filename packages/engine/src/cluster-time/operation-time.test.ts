import { Materializer } from '@argon/materializer';
import { Timestamp } from '@argon/bson';
import { findBranch, NOBODY, openStore, type LiveBranch, type Lsn } from '@argon/wal';
import { expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { lsnAtOperationTime, operationTime } from './operation-time';

it('cluster times name the commits that they were made from, and order them', async () => {
  const store = await openStore('memory:');
  const materializer = new Materializer(store);
  const engine = new WalEngine(store, materializer);
  const context = { connectionId: 1, actor: NOBODY };
  const branchId = async () => ((await findBranch(store, 'shop', 'main')) as LiveBranch).branch.id;
  const commits: { lsn: Lsn; timestamp: number }[] = [];
  for (let i = 0; i < 20; i++) {
    const documents = Array.from({ length: 1 + (i % 3) }, (_, k) => ({ _id: i * 3 + k }));
    await engine.handle(Command.from({ insert: 'things', documents }, 'shop'), context);
    const { lsn, timestamp } = await materializer.current(await branchId());
    commits.push({ lsn, timestamp });
  }
  const id = await branchId();
  for (const commit of commits) {
    expect(await lsnAtOperationTime(materializer, id, operationTime(commit))).toBe(commit.lsn);
  }
  const numbers = commits.map((commit) => operationTime(commit).toBigInt());
  expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
  const { t } = operationTime(commits[0]!);
  expect(await lsnAtOperationTime(materializer, id, new Timestamp({ t: t + 3600, i: 0 }))).toBe(
    commits.at(-1)!.lsn,
  );
  await engine.close();
});
