import { NOBODY } from '@argon/wal';
import type { Crossing } from '../../dual/contract';
import { DualMode, type CrossingParts } from '../../dual/dual-mode';
import { DEFAULT_FLAGS, type BranchType } from '../../flags/flags';
import { LegacyDatabase } from '../../prefix/connection/legacy-database';
import { PrefixHandler } from '../../prefix/handler/prefix-handler';
import { BranchDirectory } from '../../prefix/service/branch-directory';
import { LegacyBranchService } from '../../prefix/service/legacy-branch-service';
import { openLogs, type OpenedStage } from './log-stage';

let serial = 0;

/** Where a new, empty legacy database is. */
function newDatabase(uri: string): string {
  const address = new URL(uri);
  address.pathname = `/argon_branches_${process.pid}_${++serial}`;
  return address.toString();
}

/** A legacy database by itself. @param uri of a mongod */
export async function openLegacyStage(uri: string): Promise<OpenedStage> {
  const address = newDatabase(uri);
  const databases = [await LegacyDatabase.open(address), await LegacyDatabase.open(address)];
  const project = 'shop';
  const [one, two] = databases.map((each) => new BranchDirectory(each, project));
  const service = new LegacyBranchService(one!);
  await service.createFirst(NOBODY);
  return {
    ...{ project, service },
    another: new LegacyBranchService(two!),
    handler: new PrefixHandler(one!),
    close: async () => {
      await databases[0]!.db.dropDatabase();
      for (const database of databases) await database.close();
    },
  };
}

/** A log and a legacy database attached to it. */
export interface DualStage extends OpenedStage {
  readonly dual: DualMode;
  /** What the crossing of `dual` works on. */
  readonly parts: CrossingParts;
}

/**
 * @param uri of a mongod
 * @param main of which type the project's first branch is; others are made likewise, unless told otherwise
 */
export async function openDualStage(
  uri: string,
  main: BranchType,
  crossing?: (parts: CrossingParts) => Crossing,
): Promise<DualStage> {
  const address = newDatabase(uri);
  const { logs, close } = await openLogs('memory:', false);
  const project = 'shop';
  const flags = { ...DEFAULT_FLAGS, wal: true, walBranches: main === 'wal' };
  const open = (log: CrossingParts['log']) =>
    DualMode.open({
      ...{ log, legacy: address, project },
      flags: () => flags,
      ...(crossing === undefined ? {} : { crossing }),
    });
  const dual = await open(logs[0]);
  const other = await open(logs[1]);
  await dual.branches.createProject(project, NOBODY);
  const { directory } = dual.sides;
  return {
    ...{ project, dual, parts: { log: logs[0], directory } },
    service: dual.branches,
    another: other.branches,
    handler: dual.handler,
    close: async () => {
      await directory.database.db.dropDatabase();
      await dual.close();
      await other.close();
      await close();
    },
  };
}
