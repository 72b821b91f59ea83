import { isNumber, toNumber } from '@argon/bson';
import { okReply, type CommandDefinition, type Operation } from '@argon/engine';
import { WalOnlyError } from '../prefix/errors';
import { RestoreService } from '../restore/restore-service';
import { argonCommand } from './argon-command';
import { lsnArgument, nameArgument, required, targetArgument, watchOf } from './arguments';
import type { ServiceOf } from './branch-document';
import { replyDocument } from './reply-value';
import { previewDocument } from './restore';

/** `argonResetBranch: 'feature-x'`, or 1 for the database's branch. */
export function resetBranchCommand(serviceOf: ServiceOf): CommandDefinition {
  return argonCommand({
    name: 'argonResetBranch',
    help: 'Takes a branch of the project back to a moment or a tag; a restore point is made first.',
    fields: ['to', 'expectedHead', 'dryRun'],
    run: async (operation) => {
      operation.refuseReadOnly();
      const { project } = operation.address;
      const branch = namedBranch(operation);
      const to = required(targetArgument(operation, 'to'), operation, 'to');
      const expectedHead = lsnArgument(operation, 'expectedHead');
      const { type } = await serviceOf(operation).get(project, branch);
      if (type !== 'wal') throw new WalOnlyError("run 'argonResetBranch'", branch);
      const service = new RestoreService(operation.engine);
      const request = { project, branch, to, expectedHead, watch: watchOf(operation) };
      if (operation.optionalBoolean('dryRun')) {
        return okReply({ reset: previewDocument(await service.preview(request)), done: false });
      }
      const report = await service.restore(request, operation.context.actor);
      return okReply({ reset: replyDocument(report), done: report.head !== undefined });
    },
  });
}

function namedBranch(operation: Operation): string {
  const value = operation.command.get('argonResetBranch');
  return isNumber(value) && toNumber(value) === 1 ? operation.address.branch : nameArgument(operation);
}
