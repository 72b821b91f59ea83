import { Long } from 'mongodb';
import type { Actor } from '../../../entry/entry';
import { branchDeletion } from '../../../refs/control-entries';
import type { StoreContext } from '../context';
import { Appender } from '../log/appender';

/** Deletes a branch, whoever writes to it meanwhile; it may be deleted already. */
export async function closeBranch(
  context: StoreContext,
  { id, name }: { readonly id: number; readonly name: string },
  actor: Actor,
): Promise<void> {
  const appender = new Appender(context);
  for (;;) {
    const { lsn } = await context.ends.current(id);
    const commits = [branchDeletion(name, actor)];
    const result = await appender.append({
      branchId: id,
      after: lsn,
      commits,
      change: { status: 'deleted' },
    });
    if (result.appended || result.reason === 'branch-deleted') return;
  }
}

/**
 * Deletes what a project that is deleted still has of live branches: those that were made while it was deleted. Gives
 * how many there were.
 */
export async function closeStragglers(
  context: StoreContext,
  projectId: number,
  actor: Actor,
): Promise<number> {
  const { branches } = context.collections;
  const live = await branches
    .find({ project_id: Long.fromNumber(projectId), status: 'active' }, { projection: { name: 1 } })
    .toArray();
  for (const { _id, name } of live) await closeBranch(context, { id: Number(_id), name }, actor);
  return live.length;
}
