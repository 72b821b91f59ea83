import { Binary, Long } from 'mongodb';
import type { BranchRecord, Merge, ProjectRecord, Reset } from '../../../refs/records';
import type { KeepPolicy, Retention } from '../../../refs/retention';
import type { StoredActor } from '../record/shape';

/** A document of `wal_projects`. */
export interface StoredProject {
  readonly _id: Long | number;
  readonly name: string;
  readonly created_at: Date;
  readonly status: 'active' | 'deleted';
}

/** A document of `wal_branches`. */
export interface StoredBranch {
  readonly _id: Long | number;
  readonly project_id: Long | number;
  readonly name: string;
  readonly parent_id: Long | number | null;
  readonly base_lsn: Long | number;
  readonly start_lsn: Long | number;
  /** Follows the log after a while; the log is the truth. */
  readonly head_lsn: Long | number;
  /** The newest entry about the branch itself, as `ref_lsn` in the log. */
  readonly ref_lsn: Long | number;
  readonly resets: readonly StoredReset[];
  readonly merges?: readonly StoredMerge[];
  /** The newest commit that merged it into another branch; nobody reads it, it is written so that two who write it collide. */
  readonly merged_by?: Long | number;
  readonly created_at: Date;
  readonly created_by: StoredActor;
  readonly protected: boolean;
  readonly expires_at: Date | null;
  readonly status: 'active' | 'deleted';
  readonly retention?: StoredRetention;
  readonly source?: Binary;
}

export interface StoredReset {
  readonly lsn: Long | number;
  readonly to: Long | number;
  readonly branch?: Long | number;
}

export interface StoredMerge {
  readonly lsn: Long | number;
  readonly from: Long | number;
  readonly at: Long | number;
}

/** What is kept of a branch's history. */
export interface StoredRetention {
  readonly horizon: Long | number;
  readonly horizon_set_at: Date;
  readonly compacted: Long | number;
  readonly pins: readonly { readonly name: string; readonly lsn: Long | number }[];
  readonly keep: StoredPolicy | null;
  readonly project_keep: StoredPolicy | null;
}

type StoredPolicy =
  | { readonly all: true }
  | { readonly days: number }
  | { readonly since_lsn: Long | number }
  | { readonly since_pin: string };

export function projectOf(stored: StoredProject): ProjectRecord {
  return {
    id: Number(stored._id),
    name: stored.name,
    createdAt: stored.created_at.getTime(),
    status: stored.status,
  };
}

export function storedProject(project: ProjectRecord): StoredProject {
  return {
    _id: Long.fromNumber(project.id),
    name: project.name,
    created_at: new Date(project.createdAt),
    status: project.status,
  };
}

export function branchOf(stored: StoredBranch): BranchRecord {
  return {
    id: Number(stored._id),
    projectId: Number(stored.project_id),
    name: stored.name,
    parentId: stored.parent_id === null ? null : Number(stored.parent_id),
    baseLsn: Number(stored.base_lsn),
    startLsn: Number(stored.start_lsn),
    headLsn: Number(stored.head_lsn),
    resets: stored.resets.map(resetFrom),
    createdAt: stored.created_at.getTime(),
    createdBy: { user: stored.created_by.user, app: stored.created_by.app },
    protected: stored.protected,
    expiresAt: stored.expires_at === null ? null : stored.expires_at.getTime(),
    status: stored.status,
    ...(stored.merges === undefined ? {} : { merges: stored.merges.map(mergeFrom) }),
    ...(stored.retention === undefined ? {} : { retention: retentionFrom(stored.retention) }),
    ...(stored.source === undefined ? {} : { source: bytesOf(stored.source) }),
  };
}

/** A new branch; its birth is the newest entry about it. */
export function storedBranch(branch: BranchRecord): StoredBranch {
  return {
    _id: Long.fromNumber(branch.id),
    project_id: Long.fromNumber(branch.projectId),
    name: branch.name,
    parent_id: branch.parentId === null ? null : Long.fromNumber(branch.parentId),
    base_lsn: Long.fromNumber(branch.baseLsn),
    start_lsn: Long.fromNumber(branch.startLsn),
    head_lsn: Long.fromNumber(branch.headLsn),
    ref_lsn: Long.fromNumber(branch.id),
    resets: [],
    created_at: new Date(branch.createdAt),
    created_by: { user: branch.createdBy.user, app: branch.createdBy.app },
    protected: branch.protected,
    expires_at: branch.expiresAt === null ? null : new Date(branch.expiresAt),
    status: branch.status,
  };
}

export function storedSource(source: Uint8Array): Binary {
  return new Binary(source);
}

/** Whether the driver gives it as Binary or, by its options, as a Buffer. */
function bytesOf(stored: Binary | Uint8Array): Uint8Array {
  return Uint8Array.from(stored instanceof Uint8Array ? stored : stored.value());
}

export function storedReset({ lsn, to, branchId }: Reset): StoredReset {
  const branch = branchId === undefined ? {} : { branch: Long.fromNumber(branchId) };
  return { lsn: Long.fromNumber(lsn), to: Long.fromNumber(to), ...branch };
}

function resetFrom({ lsn, to, branch }: StoredReset): Reset {
  return { lsn: Number(lsn), to: Number(to), ...(branch === undefined ? {} : { branchId: Number(branch) }) };
}

export function storedMerge({ lsn, from, at }: Merge): StoredMerge {
  return { lsn: Long.fromNumber(lsn), from: Long.fromNumber(from), at: Long.fromNumber(at) };
}

function mergeFrom({ lsn, from, at }: StoredMerge): Merge {
  return { lsn: Number(lsn), from: Number(from), at: Number(at) };
}

export function storedRetention(retention: Retention): StoredRetention {
  return {
    horizon: Long.fromNumber(retention.horizon),
    horizon_set_at: new Date(retention.horizonSetAt),
    compacted: Long.fromNumber(retention.compacted),
    pins: retention.pins.map(({ name, lsn }) => ({ name, lsn: Long.fromNumber(lsn) })),
    keep: storedPolicy(retention.keep),
    project_keep: storedPolicy(retention.projectKeep),
  };
}

function retentionFrom(stored: StoredRetention): Retention {
  return {
    horizon: Number(stored.horizon),
    horizonSetAt: stored.horizon_set_at.getTime(),
    compacted: Number(stored.compacted),
    pins: stored.pins.map(({ name, lsn }) => ({ name, lsn: Number(lsn) })),
    keep: policyFrom(stored.keep),
    projectKeep: policyFrom(stored.project_keep),
  };
}

function storedPolicy(policy: KeepPolicy | null): StoredPolicy | null {
  if (policy === null) return null;
  if ('sincePin' in policy) return { since_pin: policy.sincePin };
  return 'sinceLsn' in policy ? { since_lsn: Long.fromNumber(policy.sinceLsn) } : policy;
}

function policyFrom(stored: StoredPolicy | null): KeepPolicy | null {
  if (stored === null) return null;
  if ('since_pin' in stored) return { sincePin: stored.since_pin };
  return 'since_lsn' in stored ? { sinceLsn: Number(stored.since_lsn) } : stored;
}
