import type { Collection, Db, Long, ObjectId } from 'mongodb';
import { ensureIndexes } from './indexes';
import type { LogRecord, StoredActor } from './record/shape';
import type { StoredBranch, StoredProject } from './refs/shape';

/** `wal_meta`: the LSN counter, the format, and notes about groups of several records on their way into the log. */
export type MetaDocument =
  | { readonly _id: 'lsn'; readonly last: Long | number }
  | { readonly _id: 'format'; readonly version: number }
  /** `waiting:<branch id>`: a writer waits for its turn on a busy branch. */
  | { readonly _id: string; readonly by: ObjectId }
  | UnsealedNote
  | DeletionNote;

/** Written before a group of several records, removed after it: where to look for remains if its writer dies. */
export interface UnsealedNote {
  /** `unsealed:<branch id>:<seal LSN>` */
  readonly _id: string;
  readonly branch_id: Long | number;
  readonly after: Long | number;
  readonly first_lsn: Long | number;
  readonly seal_lsn: Long | number;
  readonly since: Date;
}

/** Written with the deletion of a project: its branches may have to be closed, see branch-birth.ts. */
export interface DeletionNote {
  /** `deleted:<project id>` */
  readonly _id: string;
  readonly project_id: Long | number;
  readonly actor: StoredActor;
  readonly since: Date;
}

/** The version of the layout of all collections. */
export const FORMAT_VERSION = 1;

/** The store's collections; reads see what a majority has, writes wait until a majority has them in its journal. */
export interface Collections {
  readonly log: Collection<LogRecord>;
  readonly branches: Collection<StoredBranch>;
  readonly projects: Collection<StoredProject>;
  readonly meta: Collection<MetaDocument>;
}

/** How long a write waits for a majority before its outcome counts as unknown, ms. */
const MAJORITY_TIMEOUT_MS = 20_000;

export function openCollections(db: Db): Collections {
  const options = {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_TIMEOUT_MS },
  } as const;
  return {
    log: db.collection<LogRecord>('wal_log', options),
    branches: db.collection<StoredBranch>('wal_branches', options),
    projects: db.collection<StoredProject>('wal_projects', options),
    meta: db.collection<MetaDocument>('wal_meta', options),
  };
}

/** The check: one group may follow another. Also the way to a branch's head. */
export const CHAIN_INDEX = 'chain';
/** The way to entries by LSN. */
export const ENTRY_INDEX = 'entry';
/** The way to the commit at a time. */
export const TIME_INDEX = 'time';
/** The way to the newest LSN of all. */
export const LSN_INDEX = 'lsn';
/** Names of live branches within a project. */
const BRANCH_NAME_INDEX = 'live_name';
/** Names of live projects. */
const PROJECT_NAME_INDEX = 'live_name';

/**
 * Makes the indexes that are not there. Those of `wal_log` begin with branch_id, so that the collection can be
 * sharded by it (`lsn` serves one rare question, and asks every shard).
 */
export async function createIndexes({ log, branches, projects }: Collections): Promise<void> {
  await Promise.all([
    ensureIndexes(log, [
      {
        name: CHAIN_INDEX,
        key: { branch_id: 1, after: 1 },
        unique: true,
        partialFilterExpression: { sealed: true },
      },
      { name: ENTRY_INDEX, key: { branch_id: 1, 'entries.lsn': 1 } },
      {
        name: TIME_INDEX,
        key: { branch_id: 1, timestamp: 1, lsn: 1 },
        partialFilterExpression: { sealed: true },
      },
      { name: LSN_INDEX, key: { lsn: 1 }, partialFilterExpression: { sealed: true } },
    ]),
    ensureIndexes(branches, [
      {
        name: BRANCH_NAME_INDEX,
        key: { project_id: 1, name: 1 },
        unique: true,
        partialFilterExpression: { status: 'active' },
      },
    ]),
    ensureIndexes(projects, [
      {
        name: PROJECT_NAME_INDEX,
        key: { name: 1 },
        unique: true,
        partialFilterExpression: { status: 'active' },
      },
    ]),
  ]);
}
