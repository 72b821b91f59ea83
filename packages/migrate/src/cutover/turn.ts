import { WalBranchService, type Watch } from '@argon/branch';
import { checkFence, Fence, servedNameOf, standbyNameOf, type CrossingParts } from '@argon/branch/dual';
import type { LegacyBranchService } from '@argon/branch/prefix';
import type { Timestamp } from '@argon/bson';
import type { Actor, Lsn } from '@argon/wal';
import { Checkout } from '../checkout/checkout';
import { prefixSite, type Site } from '../site/site';
import { bringIn } from './bring-in';
import { standbyOf } from './standby-branch';

/** Rounds of catching up before writes are stopped: each has less to do than the one before. */
const MAX_ROUNDS = 5;
/** What can be caught up while writes wait, in documents. */
const SOON_DONE = 1000;

/** How a branch is turned over. */
export interface TurnOptions {
  readonly documentsPerSecond?: number | undefined;
  /** On the way into the log: what was copied before is compared with the site again. */
  readonly anew?: boolean | undefined;
  readonly watch?: Watch | undefined;
  /**
   * What has to be so before writes are stopped: throws if the branch is to stay where it is.
   * @returns collections that can only be told of while nobody writes: the check is asked for them again then
   */
  readonly check?: ((both: BothSides) => Promise<ReadonlySet<string>>) | undefined;
}

/** What the two sides of a branch hold, while the one follows the other. */
export interface BothSides {
  readonly site: Site;
  /** The branch's name in the log. */
  readonly logged: string;
  /** A commit of it, and the moment of the site that it is the same as; undefined: the site says itself what it holds. */
  readonly moment: { readonly lsn: Lsn; readonly time: Timestamp } | undefined;
  /** Nobody writes any more, and these collections are asked about; undefined: others write, and all are. */
  readonly atRest?: ReadonlySet<string>;
}

/**
 * Has a branch of prefixed collections served from the log, with everything that was written until then.
 * @returns false if it is already @throws what the check throws
 */
export async function turnToLog(
  parts: CrossingParts,
  branch: string,
  actor: Actor,
  { documentsPerSecond, anew, watch, check }: TurnOptions = {},
): Promise<boolean> {
  const { log, directory } = parts;
  const { project } = directory;
  const { store, materializer } = log.engine;
  const record = (await directory.refresh()).branches.get(branch);
  if (record === undefined || record.useWal) return false;
  await checkFence(directory, store, branch);
  const service = new WalBranchService(store, materializer);
  const standby = standbyNameOf(branch);
  await standbyOf(parts, branch, record.parent, actor);
  const site = await prefixSite(directory, branch);
  const mirror = await bringIn(parts, standby, site, { documentsPerSecond, anew, watch });
  const stop = new AbortController();
  const following = mirror.follow(stop.signal);
  following.catch(() => undefined);
  try {
    await mirror.caughtUpTo(await mirror.now());
    const later = await check?.({ site, logged: standby, moment: mirror.shown });
    const fence = await Fence.raise(directory, branch);
    try {
      await fence.drained(watch?.signal);
      await mirror.caughtUpTo(await mirror.now());
      if (later !== undefined && later.size > 0)
        await check?.({ site, logged: standby, moment: mirror.shown, atRest: later });
      stop.abort();
      await following;
      await mirror.end();
      // Named before it is turned: the record says who serves it, and readers are to find it at once.
      await service.rename(project, standby, branch, actor);
      try {
        await fence.turn('wal', false);
      } catch (error) {
        await service.rename(project, branch, standby, actor);
        throw error;
      }
    } finally {
      await fence.lower();
    }
    return true;
  } finally {
    stop.abort();
    await following.catch(() => undefined);
    await mirror.close();
  }
}

/**
 * Has a branch of the log served from prefixed collections, with everything that was written until then.
 * @returns false if it is already @throws what the check throws
 */
export async function turnToPrefix(
  { log, directory }: CrossingParts,
  legacy: LegacyBranchService,
  branch: string,
  returned: boolean,
  actor: Actor,
  { documentsPerSecond, watch, check }: TurnOptions = {},
): Promise<boolean> {
  const { project } = directory;
  const { engine } = log;
  const service = new WalBranchService(engine.store, engine.materializer);
  const { branches } = await directory.refresh();
  const before = branches.get(branch);
  if (before !== undefined && !before.useWal) return false;
  await checkFence(directory, engine.store, branch);
  if (before === undefined) {
    const { parent } = await service.get(project, branch);
    const served = parent === null ? null : servedNameOf(parent, branches.keys());
    await legacy.recordLogged(branch, served, actor);
  }
  const site = await prefixSite(directory, branch);
  const write = (name: string, overwrite: boolean) =>
    new Checkout({ engine, project, branch: name, site, documentsPerSecond }).run({ overwrite, watch });
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const { inserted, updated, deleted } = await write(branch, true);
    if (inserted + updated + deleted < SOON_DONE) break;
  }
  await check?.({ site, logged: branch, moment: undefined });
  const fence = await Fence.raise(directory, branch);
  try {
    await fence.drained(watch?.signal);
    const standby = standbyNameOf(branch);
    // Whoever has not heard of the fence loses the race for the head, and asks again who serves the branch.
    await service.rename(project, branch, standby, actor);
    try {
      await write(standby, false);
      await fence.turn('traditional', returned);
    } catch (error) {
      await service.rename(project, standby, branch, actor);
      throw error;
    }
  } finally {
    await fence.lower();
  }
  return true;
}
