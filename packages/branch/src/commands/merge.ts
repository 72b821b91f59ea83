import type { Doc } from '@argon/bson';
import { okReply } from '@argon/engine';
import type { MergeReport } from '../merge/contract';
import { MergeService } from '../merge/merge-service';
import { argonCommand } from './argon-command';
import { deciderArgument, lsnArgument, nameArgument, placeOf } from './arguments';
import { fieldConflictDocument } from './conflict-document';
import { ExampleRoom, replyDocument } from './reply-value';

export const mergeCommand = argonCommand({
  name: 'argonMerge',
  help: 'Brings what a branch or a tag changed into another branch, as one commit.',
  fields: ['into', 'strategy', 'strategies', 'expectedHead', 'dryRun'],
  run: async (operation) => {
    operation.refuseReadOnly();
    const { project, branch } = operation.address;
    const expectedHead = lsnArgument(operation, 'expectedHead');
    const request = {
      project,
      from: placeOf(operation, nameArgument(operation)),
      into: operation.optionalString('into') ?? branch,
      decider: deciderArgument(operation),
      ...(expectedHead === undefined ? {} : { expectedHead }),
    };
    const service = new MergeService(operation.engine);
    const report = operation.optionalBoolean('dryRun')
      ? await service.preview(request)
      : await service.merge(request, operation.context.actor);
    return okReply({ merge: mergeDocument(report), done: report.head !== undefined });
  },
});

function mergeDocument({ examples, ...report }: MergeReport): Doc {
  const shown = new ExampleRoom().fitting(examples.map(fieldConflictDocument));
  return replyDocument({ ...report, examples: shown });
}
