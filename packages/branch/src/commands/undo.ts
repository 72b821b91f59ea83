import type { Doc } from '@argon/bson';
import { CommandError, okReply, type Operation } from '@argon/engine';
import type { UndoReport, UndoTarget } from '../undo/contract';
import { UndoService } from '../undo/undo-service';
import { argonCommand } from './argon-command';
import { deciderArgument, lsnArgument, momentArgument, required, watchOf } from './arguments';
import { documentConflictDocument } from './conflict-document';
import { ExampleRoom, replyDocument } from './reply-value';

export const undoCommand = argonCommand({
  name: 'argonUndo',
  help: 'Takes back the last restore, a commit, a range of commits, or what somebody wrote.',
  fields: [
    'lastRestore',
    'commit',
    'from',
    'to',
    'user',
    'app',
    'since',
    'strategy',
    'strategies',
    'expectedHead',
    'dryRun',
  ],
  run: async (operation) => {
    operation.refuseReadOnly();
    const { project, branch } = operation.address;
    const request = {
      project,
      branch,
      what: targetOf(operation),
      decider: deciderArgument(operation),
      expectedHead: lsnArgument(operation, 'expectedHead'),
      watch: watchOf(operation),
    };
    const service = new UndoService(operation.engine);
    const report = operation.optionalBoolean('dryRun')
      ? await service.preview(request)
      : await service.undo(request, operation.context.actor);
    return okReply({ undo: undoDocument(report), done: report.head !== undefined });
  },
});

/** @throws CommandError unless exactly one thing is named */
function targetOf(operation: Operation): UndoTarget {
  const [commit, from, to] = ['commit', 'from', 'to'].map((field) => lsnArgument(operation, field));
  const [user, app] = ['user', 'app'].map((field) => operation.optionalString(field));
  const since = momentArgument(operation, 'since');
  const isLast = operation.optionalBoolean('lastRestore');
  const isRange = from !== undefined || to !== undefined;
  const isActor = user !== undefined || app !== undefined || since !== undefined;
  if ([isLast, commit !== undefined, isRange, isActor].filter(Boolean).length !== 1) {
    throw new CommandError(
      'BadValue',
      "argonUndo takes exactly one of 'lastRestore', 'commit', 'from' with 'to', or 'user' (or 'app') with 'since'",
    );
  }
  if (isLast) return { kind: 'last-restore' };
  if (commit !== undefined) return { kind: 'commit', lsn: commit };
  if (isActor) {
    return { kind: 'actor', by: { user, app }, since: required(since, operation, 'since') };
  }
  return { kind: 'range', from: required(from, operation, 'from'), to: required(to, operation, 'to') };
}

function undoDocument({ examples, ...report }: UndoReport): Doc {
  const shown = new ExampleRoom().fitting(documentsOf(examples));
  return replyDocument({ ...report, examples: shown });
}

/** Decoded only as far as there is room. */
function* documentsOf(examples: UndoReport['examples']): Generator<Doc> {
  for (const example of examples) yield documentConflictDocument(example);
}
