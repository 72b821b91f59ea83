import type { Lsn } from '../entry/entry';
import type { BranchRecord } from './records';

/**
 * Which history is kept: all of it, that of so many days, or that since an LSN or a pin. A pin is meant by its name, and is
 * looked up when history is compacted (`namedPin`): while there is none of that name, everything is kept.
 */
export type KeepPolicy =
  | { readonly all: true }
  | { readonly days: number }
  | { readonly sinceLsn: Lsn }
  | { readonly sincePin: string };

/** A policy of more days than these is meant to keep everything, and should say so. */
export const MOST_DAYS = 36_500;

/** A moment of a branch's own chain that stays readable whatever the policy says: a commit boundary with a name. */
export interface Pin {
  readonly name: string;
  readonly lsn: Lsn;
}

/** What is kept of a branch's own chain. */
export interface Retention {
  /** Before this commit boundary only pins can be read. 0: everything can. */
  readonly horizon: Lsn;
  /** When the horizon was last moved, ms. */
  readonly horizonSetAt: number;
  /** How far compaction up to the horizon has come; the horizon itself when it is done. */
  readonly compacted: Lsn;
  readonly pins: readonly Pin[];
  /** The branch's own policy; null: the project's holds. */
  readonly keep: KeepPolicy | null;
  /** On a project's first branch: the policy of all branches that have none of their own. */
  readonly projectKeep: KeepPolicy | null;
}

const EVERYTHING: Retention = Object.freeze({
  horizon: 0,
  horizonSetAt: 0,
  compacted: 0,
  pins: [],
  keep: null,
  projectKeep: null,
});

/** A branch's retention; what a branch without any has keeps everything. */
export function retentionOf(record: Pick<BranchRecord, 'retention'>): Retention {
  return record.retention ?? EVERYTHING;
}

/** Whether a moment of the branch's own chain can be read, forked at and reset to. */
export function isRetained(record: Pick<BranchRecord, 'retention'>, lsn: Lsn): boolean {
  const { horizon, pins } = retentionOf(record);
  return horizon === 0 || lsn >= horizon || pins.some((pin) => pin.lsn === lsn);
}

/**
 * What a pin's name stands for on a branch: its own pin of that name; else that of another live branch, as LSNs are the same
 * moments for all; of several the earliest, which keeps most. Undefined: no branch has one.
 */
export function namedPin(
  name: string,
  own: Pick<BranchRecord, 'retention'> | undefined,
  branches: readonly Pick<BranchRecord, 'retention'>[],
): Pin | undefined {
  const pinsOf = (branch: Pick<BranchRecord, 'retention'>) =>
    retentionOf(branch).pins.filter((pin) => pin.name === name);
  const [mine] = own === undefined ? [] : pinsOf(own);
  return mine ?? branches.flatMap(pinsOf).sort((a, b) => a.lsn - b.lsn)[0];
}

/** Up to where compaction may rewrite a branch's log: the horizon, or the end of a deleted branch's. */
export function rewritableThrough(record: Pick<BranchRecord, 'retention' | 'status' | 'headLsn'>): Lsn {
  return record.status === 'deleted' ? record.headLsn : retentionOf(record).horizon;
}

/**
 * What is kept of a branch whose log was rewritten up to an LSN. No commit can move a deleted branch's horizon: it comes
 * along; and its pins, which nobody finds any more, go.
 */
export function rewrittenRetention(
  record: Pick<BranchRecord, 'retention' | 'status'>,
  compacted: Lsn,
): Retention {
  const retention = retentionOf(record);
  if (record.status !== 'deleted') return { ...retention, compacted };
  return { ...retention, compacted, horizon: Math.max(retention.horizon, compacted), pins: [] };
}
