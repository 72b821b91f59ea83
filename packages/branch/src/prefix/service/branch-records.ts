import type { ObjectId } from '@argon/bson';

/** A branch as the collection `branches` has it. What Argon does not know of it stays there, untouched. */
export interface LegacyBranch {
  readonly id: unknown;
  readonly name: string;
  /** The project's id, or its name; undefined where a record has none. */
  readonly projectId: unknown;
  /** Whether the branch lives in the log. Absent means no. */
  readonly useWal: boolean;
  readonly parent: string | null;
  /** ms since the epoch; undefined where a record does not say. */
  readonly createdAt: number | undefined;
  readonly protected: boolean;
  readonly expiresAt: number | null;
  /** Who is turning the branch over to the other side; writes wait meanwhile. */
  readonly fence: FenceRecord | undefined;
  /** It was served from the log until that was turned off, and goes back there when it is turned on. */
  readonly returned: boolean;
}

/** A turn of a branch to the other side that is under way. */
export interface FenceRecord {
  /** Whose it is. */
  readonly by: string;
  /** Its process, if the record says. */
  readonly pid: number | undefined;
  readonly host: string | undefined;
  /** When its process was last known to be alive, ms by the server's clock. */
  readonly seen: number;
}

/** A record of `branches` as far as it can be understood; undefined for what is none, or deleted. */
export function legacyBranch(document: Readonly<Record<string, unknown>>): LegacyBranch | undefined {
  const name = document['name'];
  if (typeof name !== 'string' || name === '' || document['status'] === 'deleted') return undefined;
  const parent = document['parent'] ?? document['parent_branch'];
  return {
    id: document['_id'],
    name,
    projectId: document['project_id'] ?? undefined,
    useWal: document['use_wal'] === true,
    parent: typeof parent === 'string' && parent !== '' ? parent : null,
    createdAt: milliseconds(document['created_at']) ?? timeOf(document['_id']),
    protected: document['protected'] === true,
    expiresAt: milliseconds(document['expires_at']) ?? null,
    fence: fenceOf(document['argon_fence']),
    returned: document['argon_returned'] === true,
  };
}

function fenceOf(value: unknown): FenceRecord | undefined {
  const { by, pid, host, seen } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof by !== 'string') return undefined;
  return {
    by,
    pid: typeof pid === 'number' ? pid : undefined,
    host: typeof host === 'string' ? host : undefined,
    seen: milliseconds(seen) ?? 0,
  };
}

/** Dates come as such, as ISO text or as ms since the epoch. */
function milliseconds(value: unknown): number | undefined {
  if (!(value instanceof Date) && typeof value !== 'string' && typeof value !== 'number') return undefined;
  const time = new Date(value).getTime();
  return Number.isNaN(time) ? undefined : time;
}

/** An ObjectId knows when it was made. */
function timeOf(id: unknown): number | undefined {
  const made = (id as Partial<ObjectId> | undefined)?.getTimestamp;
  return typeof made === 'function' ? made.call(id).getTime() : undefined;
}
