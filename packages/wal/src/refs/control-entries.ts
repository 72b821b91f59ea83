import { decodeDocument, encodeDocument, isNumber, toNumber, type DocumentLike } from '@argon/bson';
import type { Actor, DraftCommit, DraftEntry, Entry, Lsn, RefOperation } from '../entry/entry';
import type { CreateBranchRequest, CreateProjectRequest } from '../store/store';

/*
 * The control entries that stores write themselves. Their arguments are documents, alike in every store, so that the
 * log tells the whole history by itself:
 *
 *   create_project {name}                         delete_project {name}
 *   create_branch  {name, project, parent, base}  delete_branch  {name}
 *   reset_branch   {to, [branch]}                 merge_branch   {from, at, base}
 *
 * `project`, `parent`, `base`, `to`, `branch`, `from` and `at` are int64; `parent` is null for a project's first branch.
 */
/** A control entry of a branch, with its argument. */
export function controlEntry(operation: RefOperation, document: DocumentLike): DraftEntry {
  return {
    operation,
    collection: '',
    documentId: null,
    document: encodeDocument(document),
    prevLsn: 0,
    recordLsn: 0,
  };
}

/**
 * A project and its first branch: two entries of one commit on the new branch's chain. The project's id is the first
 * entry's LSN, the branch's the second's.
 */
export function projectBirth(request: CreateProjectRequest, firstLsn: Lsn): DraftCommit {
  return {
    actor: request.actor,
    entries: [
      controlEntry('create_project', { name: request.name }),
      controlEntry('create_branch', {
        name: request.branchName,
        project: BigInt(firstLsn),
        parent: null,
        base: 0n,
      }),
    ],
  };
}

/** A branch: one entry, whose LSN is the branch's id. */
export function branchBirth(request: CreateBranchRequest): DraftCommit {
  const { name, projectId, parentId, baseLsn } = request;
  const document = { name, project: BigInt(projectId), parent: BigInt(parentId), base: BigInt(baseLsn) };
  return { actor: request.actor, entries: [controlEntry('create_branch', document)] };
}

/** The end of a branch; the last commit of its chain. Goes with the change {status: 'deleted'}. */
export function branchDeletion(name: string, actor: Actor): DraftCommit {
  return { actor, entries: [controlEntry('delete_branch', { name })] };
}

/** The end of a project, on the chain of its first branch (whose id is the project's plus one). */
export function projectDeletion(name: string, actor: Actor): DraftCommit {
  return { actor, entries: [controlEntry('delete_project', { name })] };
}

/** A reset; goes with the change {resetTo: to, resetBranch: branch}. */
export function branchReset(to: Lsn, actor: Actor, branch?: number): DraftCommit {
  const argument = { to: BigInt(to), ...(branch === undefined ? {} : { branch: BigInt(branch) }) };
  return { actor, entries: [controlEntry('reset_branch', argument)] };
}

/** What a reset's entry says. */
export interface ResetArgument {
  /** Undefined: the entry does not say. */
  readonly to: Lsn | undefined;
  /** Undefined: the branch that is reset. */
  readonly branchId: number | undefined;
}

/** Reads what `branchReset` writes. */
export function resetArgument(entry: Pick<Entry, 'document'>): ResetArgument {
  return { to: numberOf(entry, 'to'), branchId: numberOf(entry, 'branch') };
}

/**
 * The last entry of a commit that merges what branch `from` showed at `at`, computed against what they had in common:
 * branch `base.branchId` at `base.lsn`. Goes with the change {merged: {from, at}}.
 */
export function branchMerge(from: number, at: Lsn, base: { branchId: number; lsn: Lsn }): DraftEntry {
  return controlEntry('merge_branch', {
    from: BigInt(from),
    at: BigInt(at),
    base: { branch: BigInt(base.branchId), lsn: BigInt(base.lsn) },
  });
}

/** A number among a control entry's arguments; undefined if it has none of that name. */
export function numberOf({ document }: Pick<Entry, 'document'>, field: string): number | undefined {
  const value = document === null ? undefined : decodeDocument(document).get(field);
  return isNumber(value) ? toNumber(value) : undefined;
}
