import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import {
  controlEntry,
  type Actor,
  type BranchChange,
  type BranchRecord,
  type DraftCommit,
  type DraftEntry,
  InvalidPolicyError,
  type KeepPolicy,
  namedPin,
  type Pin,
  type ProjectRecord,
  type Store,
} from '@argon/wal';
import { TagNotFoundError } from '../restore/errors';
import { controlCommit } from './change';
import { lsnOf } from '../place/chain';

/** A change of what a branch keeps, with the entry that tells of it. */
export interface RetentionChange {
  readonly change: BranchChange;
  readonly commit: DraftCommit;
}

/**
 * Checks that a policy speaks of a moment that there is.
 * @param own the branch whose policy it is to be; undefined: the project's
 * @throws TagNotFoundError, InvalidPolicyError
 */
export async function checkPolicy(
  store: Store,
  project: ProjectRecord,
  own: BranchRecord | undefined,
  policy: KeepPolicy | null,
): Promise<void> {
  if (policy === null) return;
  if (
    'sincePin' in policy &&
    namedPin(policy.sincePin, own, await store.branches(project.id)) === undefined
  ) {
    throw new TagNotFoundError(policy.sincePin, project.name);
  }
  if (!('sinceLsn' in policy)) return;
  const newest = await store.lastLsn();
  if (policy.sinceLsn > newest) throw new InvalidPolicyError('sinceLsn', policy.sinceLsn, newest);
}

/** Sets a branch's own policy (null: it has none any more), or that of a project, on its first branch. */
export function policyChange(
  of: 'branch' | 'project',
  policy: KeepPolicy | null,
  actor: Actor,
): RetentionChange {
  const document = { [of === 'branch' ? 'keep' : 'project_keep']: policyDocument(policy) };
  return {
    change: of === 'branch' ? { keep: policy } : { projectKeep: policy },
    commit: controlCommit('modify_branch', document, actor),
  };
}

/** Pins the commit at or before a moment. @throws what finding the moment throws */
export async function pinChange(
  materializer: Materializer,
  record: BranchRecord,
  name: string,
  at: Moment | undefined,
  head: number,
  actor: Actor,
): Promise<RetentionChange & { readonly pin: Pin }> {
  const lsn =
    at === undefined
      ? head
      : await materializer.boundaryAt(record.id, await lsnOf(materializer, record.id, at));
  const pin = { name, lsn };
  return {
    pin,
    change: { pin },
    commit: { actor, entries: [pinEntry(pin)] },
  };
}

export function unpinChange(name: string, actor: Actor): RetentionChange {
  return { change: { unpin: name }, commit: { actor, entries: [unpinEntry(name)] } };
}

/** The entry that tells of a new pin; goes with the change {pin}. */
export function pinEntry({ name, lsn }: Pin): DraftEntry {
  return controlEntry('modify_branch', { pin: { name, lsn: BigInt(lsn) } });
}

/** The entry that tells that a pin goes; goes with the change {unpin}. */
export function unpinEntry(name: string): DraftEntry {
  return controlEntry('modify_branch', { unpin: name });
}

function policyDocument(policy: KeepPolicy | null): Readonly<Record<string, unknown>> | null {
  if (policy === null) return null;
  if ('sincePin' in policy) return { since_pin: policy.sincePin };
  return 'sinceLsn' in policy ? { since_lsn: BigInt(policy.sinceLsn) } : policy;
}
