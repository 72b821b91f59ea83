import { batchSizeOf, cursorReply, okReply, type CommandDefinition } from '@argon/engine';
import { argonCommand } from './argon-command';
import { momentArgument, nameArgument, timeArgument } from './arguments';
import { oneBatch } from './batches';
import { branchDocument, type ServiceOf } from './branch-document';
import { resetBranchCommand } from './reset-branch';
import { statusCommand } from './status';

/** Commands on branches, by whichever service an operation has. */
export function branchCommands(serviceOf: ServiceOf): readonly CommandDefinition[] {
  return [
    createBranchCommand(serviceOf),
    deleteBranchCommand(serviceOf, 'argonDeleteBranch'),
    // As MongoDB calls it for collections, indexes and databases.
    deleteBranchCommand(serviceOf, 'argonDropBranch'),
    listBranchesCommand(serviceOf),
    resetBranchCommand(serviceOf),
    statusCommand(serviceOf),
  ];
}

const createBranchCommand = (serviceOf: ServiceOf) =>
  argonCommand({
    name: 'argonCreateBranch',
    help: "Forks a branch from the database's branch (or `from`), at its head or at a moment.",
    fields: ['from', 'at', 'protected', 'expiresAt', 'useWal'],
    run: async (operation) => {
      const { project, branch, moment } = operation.address;
      const name = nameArgument(operation);
      const from = operation.optionalString('from');
      const at = momentArgument(operation, 'at') ?? (from === undefined ? moment : undefined);
      const useWal = operation.command.has('useWal') ? operation.optionalBoolean('useWal') : undefined;
      const options = {
        from: from ?? branch,
        ...(at === undefined ? {} : { at }),
        ...(useWal === undefined ? {} : { type: useWal ? ('wal' as const) : ('traditional' as const) }),
        protected: operation.optionalBoolean('protected'),
        expiresAt: timeArgument(operation, 'expiresAt') ?? null,
      };
      const { signal, actor } = operation.context;
      const made = await serviceOf(operation).create(project, name, options, actor, { signal });
      return okReply({ branch: branchDocument(made) });
    },
  });

const deleteBranchCommand = (serviceOf: ServiceOf, name: string) =>
  argonCommand({
    name,
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

const listBranchesCommand = (serviceOf: ServiceOf) =>
  argonCommand({
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
