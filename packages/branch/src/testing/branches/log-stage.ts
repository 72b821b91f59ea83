import { partialMatcher, WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import { ArgonHandler } from '../../commands/argon-handler';
import { WalBranchService } from '../../wal-mode/wal-branch-service';
import type { BranchStage } from './subject';

/** A log as two processes have it: handlers that share nothing but the store's data. */
export interface TwoLogs {
  readonly logs: readonly [ArgonHandler, ArgonHandler];
  close(): Promise<void>;
}

/** @param isShared whether the store can be opened twice; if not, the two have the same one */
export async function openLogs(address: string, isShared: boolean): Promise<TwoLogs> {
  const store = await openStore(address);
  const other = isShared ? await openStore(address) : store;
  const materializers = [store, other].map((each) => new Materializer(each, { partialMatcher }));
  const [one, two] = materializers as [Materializer, Materializer];
  const logs = [
    new ArgonHandler(new WalEngine(store, one)),
    new ArgonHandler(new WalEngine(other, two)),
  ] as const;
  return {
    logs,
    close: async () => {
      for (const log of logs) await log.close();
      for (const materializer of materializers) await materializer.close();
      if (other !== store) await other.close();
      await store.close();
    },
  };
}

/** A stage, and how to let go of it. */
export type OpenedStage = BranchStage & { close(): Promise<void> };

/** A project whose branches all are in a log. */
export async function openLogStage(address: string, isShared: boolean): Promise<OpenedStage> {
  const { logs, close } = await openLogs(address, isShared);
  const [service, another] = logs.map(
    ({ engine }) => new WalBranchService(engine.store, engine.materializer),
  );
  const project = 'shop';
  await service!.createProject(project, NOBODY);
  return { project, service: service!, another: another!, handler: logs[0], close };
}
