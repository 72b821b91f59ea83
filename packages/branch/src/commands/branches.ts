import type { Doc } from '@argon/bson';
import { batchSizeOf, cursorReply, okReply, type Operation } from '@argon/engine';
import type { BranchInfo, BranchService } from '../service/contract';
import { WalBranchService } from '../wal-mode/wal-branch-service';
import { argonCommand } from './argon-command';
import { momentArgument, nameArgument, timeArgument } from './arguments';
import { oneBatch } from './batches';
import { replyDocument } from './reply-value';

export const createBranchCommand = argonCommand({
  name: 'argonCreateBranch',
  help: "Forks a branch from the database's branch (or `from`), at its head or at a moment.",
  fields: ['from', 'at', 'protected', 'expiresAt'],
  run: async (operation) => {
    const { project, branch, moment } = operation.address;
    const name = nameArgument(operation);
    const from = operation.optionalString('from');
    const at = momentArgument(operation, 'at') ?? (from === undefined ? moment : undefined);
    const options = {
      from: from ?? branch,
      ...(at === undefined ? {} : { at }),
      protected: operation.optionalBoolean('protected'),
      expiresAt: timeArgument(operation, 'expiresAt') ?? null,
    };
    const made = await serviceOf(operation).create(project, name, options, operation.context.actor);
    return okReply({ branch: branchDocument(made) });
  },
});

export const deleteBranchCommand = argonCommand({
  name: 'argonDeleteBranch',
  help: 'Deletes a branch of the project: the pointer, not what it points to.',
  fields: [],
  run: async (operation) => {
    operation.refuseReadOnly();
    const { project } = operation.address;
    const name = nameArgument(operation);
    const service = serviceOf(operation);
    const gone = await service.get(project, name);
    await service.delete(project, name, operation.context.actor);
    return okReply({ deleted: branchDocument(gone) });
  },
});

export const listBranchesCommand = argonCommand({
  name: 'argonListBranches',
  help: "The project's branches.",
  fields: ['cursor'],
  run: async (operation) => {
    const branches = await serviceOf(operation).list(operation.address.project);
    return cursorReply(operation, {
      stream: oneBatch(branches.map(branchDocument)),
      namespace: operation.namespace('$cmd.argonListBranches'),
      firstBatch: batchSizeOf(operation),
    });
  },
});

function serviceOf({ engine }: Operation): BranchService {
  return new WalBranchService(engine.store, engine.materializer);
}

function branchDocument(branch: BranchInfo): Doc {
  const { id, name, project, parent, headLsn, baseLsn, createdBy, resets, expiresAt } = branch;
  return replyDocument({
    ...{ id, name, project, parent, headLsn, baseLsn },
    headAt: new Date(branch.headAt),
    createdAt: new Date(branch.createdAt),
    createdBy,
    protected: branch.protected,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    resets,
  });
}
