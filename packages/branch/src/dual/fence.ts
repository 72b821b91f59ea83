import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BranchNotFoundError, type Store } from '@argon/wal';
import { MongoServerError, type Document } from 'mongodb';
import type { BranchType } from '../flags/flags';
import { BranchBusyError } from '../prefix/errors';
import type { FenceRecord, LegacyBranch } from '../prefix/service/branch-records';
import { literally } from '../prefix/names/literally';
import type { BranchDirectory } from '../prefix/service/branch-directory';
import { mendName } from './standby';

const SIGN_OF_LIFE = 5_000;
const POLL_MS = 20;
/** For a message between deciding where it goes and being an operation of mongod, ms. */
const ON_ITS_WAY = 200;
const UNAUTHORIZED = 13;
const MAJORITY = { writeConcern: { w: 'majority' as const } };

/**
 * Stops the writes to a branch while it is turned over to the other side: in its record, which everybody who writes has read
 * within `refreshMs`. Reads go on.
 */
export class Fence {
  #alive: NodeJS.Timeout;
  #isOpen = false;

  private constructor(
    private readonly directory: BranchDirectory,
    readonly branch: string,
    private readonly record: unknown,
    private readonly by: string,
  ) {
    this.#alive = setInterval(() => void this.check().catch(() => undefined), SIGN_OF_LIFE);
    this.#alive.unref();
  }

  /** @throws BranchNotFoundError without a record, BranchBusyError if somebody else turns the branch over */
  static async raise(directory: BranchDirectory, branch: string): Promise<Fence> {
    const { branches } = await directory.refresh();
    const record = branches.get(branch);
    if (record === undefined) throw new BranchNotFoundError(branch);
    const by = randomUUID();
    const id = record.id as never;
    const raised = await directory.records.updateOne(
      { _id: id, argon_fence: { $exists: false } },
      [{ $set: { argon_fence: { by, pid: process.pid, host: hostname(), seen: '$$NOW' } } }],
      MAJORITY,
    );
    if (raised.matchedCount === 0) throw new BranchBusyError(branch, record.fence?.seen ?? Date.now());
    return new Fence(directory, branch, id, by);
  }

  /**
   * Waits until no write is under way on the branch's prefixed collections: everybody has read of the fence, and mongod is
   * through with what was sent before. @throws the signal's reason
   */
  async drained(signal?: AbortSignal): Promise<void> {
    const { database, refreshMs } = this.directory;
    // Whoever read the record just before the fence goes by that for so long.
    await sleep(refreshMs + ON_ITS_WAY, undefined, signal === undefined ? {} : { signal });
    const { prefixes } = await this.directory.known();
    const isOurs = ({ ns }: Document): boolean => {
      const stored = String(ns).slice(database.name.length + 1);
      return String(ns).startsWith(`${database.name}.`) && prefixes.ownerOf(stored) === this.branch;
    };
    for (;;) {
      signal?.throwIfAborted();
      const writes = await this.underWay();
      if (writes === undefined) {
        // We may not ask, so whoever is slow gets as much time again.
        await sleep(2 * refreshMs);
        return;
      }
      if (!writes.some(isOurs)) return;
      await sleep(POLL_MS);
    }
  }

  /** @throws BranchBusyError if it was taken away from us, as from the dead */
  check(): Promise<void> {
    return this.update();
  }

  /** From now on the other side serves the branch, and writes go on there. @throws BranchBusyError */
  async turn(to: BranchType, returned: boolean): Promise<void> {
    const isReturned = to === 'traditional' && returned;
    await this.update({
      use_wal: to === 'wal',
      argon_returned: isReturned ? true : '$$REMOVE',
      argon_fence: '$$REMOVE',
    });
    await this.directory.refresh();
  }

  /** Writes go on where they went before, unless it was turned. */
  async lower(): Promise<void> {
    if (this.#isOpen) return;
    await this.update({ argon_fence: '$$REMOVE' }).catch((error: unknown) => {
      // Taken from us: it is down.
      if (!(error instanceof BranchBusyError)) throw error;
    });
    await this.directory.refresh();
  }

  /** @param set what ends the fence; without it, a sign of life */
  private async update(set?: Readonly<Record<string, unknown>>): Promise<void> {
    const { matchedCount } = await this.directory.records.updateOne(
      { _id: this.record as never, 'argon_fence.by': this.by },
      [{ $set: set ?? { 'argon_fence.seen': '$$NOW' } }],
      MAJORITY,
    );
    if (set !== undefined || matchedCount === 0) {
      this.#isOpen = true;
      clearInterval(this.#alive);
    }
    if (matchedCount === 0) throw new BranchBusyError(this.branch, Date.now());
  }

  /** Operations that mongod is at in the database; undefined if it does not tell us. */
  private async underWay(): Promise<readonly Document[] | undefined> {
    const { client, name } = this.directory.database;
    const namespace = new RegExp(`^${literally(name)}\\.`);
    try {
      return await client
        .db('admin')
        .aggregate([
          { $currentOp: { allUsers: true } },
          { $match: { active: true, ns: namespace, op: { $nin: ['query', 'getmore', 'none'] } } },
          { $project: { ns: 1 } },
        ])
        .toArray();
    } catch (error) {
      if (error instanceof MongoServerError && error.code === UNAUTHORIZED) return undefined;
      throw error;
    }
  }
}

/** Whether the process that raised a fence is known to be gone. Of one elsewhere, time will tell. */
export function isDead({ pid, host }: FenceRecord): boolean {
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Mends what the process left that raised a fence and is gone, and takes the fence away; should it only have slept, it finds that
 * the turn is not its any more.
 */
export async function clearDeadFence(
  directory: BranchDirectory,
  store: Store,
  { id, name, fence, useWal }: LegacyBranch,
): Promise<void> {
  // Before writes go on, which need the name.
  await mendName(store, directory.project, name, useWal);
  await directory.records.updateOne(
    { _id: id as never, 'argon_fence.by': fence!.by },
    { $unset: { argon_fence: 1 } },
    MAJORITY,
  );
}

/** Before a branch is turned over: of a turn whose process died, nothing is left. @throws BranchBusyError if one is under way */
export async function checkFence(directory: BranchDirectory, store: Store, branch: string): Promise<void> {
  const record = (await directory.refresh()).branches.get(branch);
  if (record?.fence === undefined) return;
  if (!isDead(record.fence)) throw new BranchBusyError(branch, record.fence.seen);
  await clearDeadFence(directory, store, record);
}
