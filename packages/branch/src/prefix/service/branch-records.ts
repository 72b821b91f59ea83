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
