import type { Doc } from '@argon/bson';
import { batchSizeOf, cursorReply, okReply, type CommandDefinition, type Operation } from '@argon/engine';
import type { AnyBranch, AnyBranchService } from '../dual/contract';
import { argonCommand } from './argon-command';
import { momentArgument, nameArgument, timeArgument } from './arguments';
import { oneBatch } from './batches';
import { replyDocument } from './reply-value';

/** Commands on branches, by whichever service an operation has. */
export function branchCommands(
  serviceOf: (operation: Operation) => AnyBranchService,
): readonly CommandDefinition[] {
  return [createBranchCommand(serviceOf), deleteBranchCommand(serviceOf), listBranchesCommand(serviceOf)];
}

type ServiceOf = Parameters<typeof branchCommands>[0];

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

const deleteBranchCommand = (serviceOf: ServiceOf) =>
  argonCommand({
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

function branchDocument(branch: AnyBranch): Doc {
  const { type, id, name, project, parent, createdAt, expiresAt } = branch;
  return replyDocument({
    ...{ type, id, name, project, parent },
    ...(branch.type === 'wal'
      ? { headLsn: branch.headLsn, baseLsn: branch.baseLsn, headAt: new Date(branch.headAt) }
      : {}),
    createdAt: createdAt === null ? null : new Date(createdAt),
    ...(branch.type === 'wal' ? { createdBy: branch.createdBy } : {}),
    protected: branch.protected,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    ...(branch.type === 'wal' ? { resets: branch.resets } : {}),
  });
}
