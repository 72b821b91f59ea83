import type { Lsn } from '../entry/entry';
import type { CreateBranchRequest, CreateProjectRequest } from '../store/store';
import type { BranchRecord, ProjectRecord } from './records';

/** The records of a project and its first branch, alike in every store; their ids are the LSNs of `projectBirth`. */
export function newProject(
  request: CreateProjectRequest,
  id: Lsn,
  createdAt: number,
): { project: ProjectRecord; branch: BranchRecord } {
  const project: ProjectRecord = { id, name: request.name, createdAt, status: 'active' };
  const branch: BranchRecord = {
    id: id + 1,
    projectId: id,
    name: request.branchName,
    parentId: null,
    baseLsn: 0,
    startLsn: id + 1,
    headLsn: id + 1,
    resets: [],
    createdAt,
    createdBy: request.actor,
    protected: false,
    expiresAt: null,
    status: 'active',
  };
  return { project, branch };
}

/** The record of a branch that is forked; its id is the LSN of `branchBirth`, which does not move its head. */
export function newBranch(request: CreateBranchRequest, id: Lsn, createdAt: number): BranchRecord {
  return {
    id,
    projectId: request.projectId,
    name: request.name,
    parentId: request.parentId,
    baseLsn: request.baseLsn,
    startLsn: request.baseLsn,
    headLsn: request.baseLsn,
    resets: [],
    createdAt,
    createdBy: request.actor,
    protected: request.protected ?? false,
    expiresAt: request.expiresAt ?? null,
    status: 'active',
  };
}
