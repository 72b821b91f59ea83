import { randomUUID } from 'node:crypto';
import { elementValue, findElement, Timestamp } from '@argon/bson';
import { BranchBusyError, LegacyServerError } from '../errors';
import type { BranchDirectory, Claim } from './branch-directory';
import { dropCollections } from './drop-collections';
import { run } from './raw-commands';

/** A claim whose process has not been seen for so long is taken for dead, ms. */
const DEAD_AFTER = 60_000;
/** By the server's clock: those of our machines may differ. */
const DEAD = { $expr: { $lt: ['$seen', { $subtract: ['$$NOW', DEAD_AFTER] }] } };
const SIGN_OF_LIFE = 10_000;
const DUPLICATE_KEY = 11000;

/** A branch's name, held while the branch is made or deleted. */
export interface HeldClaim {
  /** The moment it was claimed, by the server's clock of the data; undefined on a standalone server, which has none. */
  readonly time: Timestamp | undefined;
  /** Notes that whatever lies under the prefix from now on is ours, and may be dropped if we die. */
  own(): Promise<void>;
  /** @throws BranchBusyError if it was taken from us, as from the dead */
  check(): Promise<void>;
  release(): Promise<void>;
  /** Leaves it to be found dead, and what it owns to be dropped then, for it could not be done now. */
  abandon(): void;
}

/** Claims a branch's name. What a dead process left under it is dropped first. @throws BranchBusyError */
export async function claim(
  directory: BranchDirectory,
  branch: string,
  what: Claim['what'],
): Promise<HeldClaim> {
  const { claims, database } = directory;
  const by = randomUUID();
  await clearDead(directory, branch);
  const now = new Date();
  let reply: Uint8Array;
  try {
    const document = { _id: branch, what, by, since: now, seen: now, owned: false };
    reply = await run(database, {
      insert: claims.collectionName,
      documents: [new Map(Object.entries(document))],
      writeConcern: new Map([['w', 'majority']]),
    });
  } catch (error) {
    if (!(error instanceof LegacyServerError) || error.mongoCode !== DUPLICATE_KEY) throw error;
    const held = await claims.findOne({ _id: branch });
    throw new BranchBusyError(branch, (held?.since ?? now).getTime());
  }
  const alive = setInterval(() => {
    void claims.updateOne({ _id: branch, by }, { $currentDate: { seen: true } }).catch(() => undefined);
  }, SIGN_OF_LIFE);
  alive.unref();
  const update = async (set: { $set?: { owned: boolean } }) => {
    const { matchedCount } = await claims.updateOne(
      { _id: branch, by },
      { ...set, $currentDate: { seen: true } },
    );
    if (matchedCount === 0) throw new BranchBusyError(branch, now.getTime());
  };
  let abandoned = false;
  const time = findElement(reply, 'operationTime');
  return {
    time: time === undefined ? undefined : (elementValue(reply, time) as Timestamp),
    own: () => update({ $set: { owned: true } }),
    check: () => update({}),
    abandon: () => {
      abandoned = true;
      clearInterval(alive);
    },
    release: async () => {
      clearInterval(alive);
      if (!abandoned) await claims.deleteOne({ _id: branch, by });
    },
  };
}

/** Drops what processes that died left half made or half deleted. @returns the branches' names */
export async function clearAllDead(directory: BranchDirectory): Promise<readonly string[]> {
  const cleared: string[] = [];
  for (const { _id } of await directory.claims.find(DEAD).toArray()) {
    if (await clearDead(directory, _id)) cleared.push(_id);
  }
  return cleared;
}

async function clearDead(directory: BranchDirectory, branch: string): Promise<boolean> {
  const { claims } = directory;
  const dead = await claims.findOne({ _id: branch, ...DEAD });
  if (dead === null) return false;
  const by = randomUUID();
  // Of several who see that it is dead, one goes on.
  const taken = await claims.updateOne(
    { _id: branch, by: dead.by },
    { $set: { by }, $currentDate: { seen: true } },
  );
  if (taken.matchedCount === 0) return false;
  const { branches, prefixes } = await directory.refresh();
  // A branch that was finished, and only its claim left behind, stays.
  if (dead['owned'] === true && !branches.has(branch))
    await dropCollections(directory.database, prefixes, branch);
  await claims.deleteOne({ _id: branch, by });
  await directory.refresh();
  return true;
}
