import type { Collation, Doc } from '@argon/bson';
import type { Variables } from './expression/expression';

/** What a pipeline needs of the database it runs in. */
export interface PipelineEnv {
  /** The database and collection that the pipeline was sent to; the collection is absent for `aggregate: 1`. */
  readonly namespace: { readonly database: string; readonly collection?: string };
  /**
   * The documents of a collection of the same database (none if it does not exist), in batches of about 256. `isOwn`: for
   * the pipeline itself, not for one of its stages besides; mongod tells of mistakes in another way then.
   */
  scan(collection: string, filter?: Doc, isOwn?: boolean): AsyncIterable<readonly Doc[]>;
  /** Called now and then by what may take long; throws when the operation is to end. */
  check?(): void;
  /** How strings compare; default: by their bytes. */
  readonly collation?: Collation | undefined;
  /** The value of `$$NOW`. */
  readonly now: Date;
  /** `let` variables of the command, by name without `$$`; CLUSTER_TIME may be among them. */
  readonly variables?: Variables;
  /** Whether an equality filter on this field of that collection is cheap (an index serves it). */
  isIndexed?(collection: string, field: string): boolean;
  /** The fields of a collection that geospatial indexes are on; undefined if there is no such collection. */
  geoIndexes?(
    collection: string,
  ): readonly { readonly path: string; readonly kind: '2d' | '2dsphere' }[] | undefined;
  /** The documents that `$collStats` with this specification yields; absent: the stage is refused. */
  collectionStats?(collection: string, specification: Doc): AsyncIterable<readonly Doc[]>;
  /** One document per index, as `$indexStats` yields them; absent: the stage is refused. */
  indexStats?(collection: string): AsyncIterable<readonly Doc[]>;
  /** The operations under way, as `$currentOp` yields them; absent: the stage is refused. */
  currentOperations?(): readonly Doc[];
  /** The sessions that `$listLocalSessions` chooses from; absent: the stage is refused. */
  sessions?(): SessionList;
  /** Bytes that one stage may hold (mongod: 100 MiB). */
  readonly memoryLimit?: number;
  /** With it, stages may outgrow `memoryLimit`; without it they fail with code 292. */
  readonly allowDiskUse?: boolean;
}

export interface SessionList {
  /** Who asks. */
  readonly user: string;
  readonly all: readonly ListedSession[];
}

export interface ListedSession {
  /** The UUID's 16 bytes. */
  readonly id: Uint8Array;
  readonly user: string;
  readonly lastUse: Date;
}

export const DEFAULT_MEMORY_LIMIT = 100 * 1024 * 1024;

/** How many documents a stage hands on at once. */
export const BATCH_SIZE = 256;
