import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { batchSizeOf, cursorReply, okReply } from '@argon/engine';
import type { CollectionRestore, RestorePreview } from '../restore/contract';
import { RestoreService } from '../restore/restore-service';
import { argonCommand } from './argon-command';
import { lsnArgument, required, stringsArgument, targetArgument, watchOf } from './arguments';
import { oneBatch } from './batches';
import { ExampleRoom, replyDocument } from './reply-value';

export const restoreCommand = argonCommand({
  name: 'argonRestore',
  help: "Takes the database's branch back to a moment or a tag, or some of its collections or documents.",
  fields: ['to', 'collections', 'filter', 'expectedHead', 'dryRun'],
  run: async (operation) => {
    operation.refuseReadOnly();
    const { project, branch } = operation.address;
    const request = {
      project,
      branch,
      to: required(targetArgument(operation, 'to'), operation, 'to'),
      collections: stringsArgument(operation, 'collections'),
      filter: operation.optionalDocument('filter'),
      expectedHead: lsnArgument(operation, 'expectedHead'),
      watch: watchOf(operation),
    };
    const service = new RestoreService(operation.engine);
    if (operation.optionalBoolean('dryRun')) {
      return okReply({ restore: previewDocument(await service.preview(request)), done: false });
    }
    const report = await service.restore(request, operation.context.actor);
    return okReply({ restore: replyDocument(report), done: report.head !== undefined });
  },
});

export const listRestorePointsCommand = argonCommand({
  name: 'argonListRestorePoints',
  help: 'What restores of the branch left to go back to, newest first.',
  fields: ['cursor'],
  run: async (operation) => {
    const { project, branch } = operation.address;
    const points = await new RestoreService(operation.engine).restorePoints(project, branch);
    return cursorReply(operation, {
      stream: oneBatch(points.map((point) => replyDocument({ ...point, at: new Date(point.at) }))),
      namespace: operation.namespace('$cmd.argonListRestorePoints'),
      firstBatch: batchSizeOf(operation),
    });
  },
});

/** What a restore would do, as replies show it. */
export function previewDocument({ collections, catalog, at, ...preview }: RestorePreview): Doc {
  const room = new ExampleRoom();
  return replyDocument({
    ...preview,
    at: new Date(at),
    collections: collections.map((each) => ({ ...each, samples: room.fitting(samplesOf(each)) })),
    catalog: catalog.map(({ name, before, after, optionsChanged, indexes }) => ({
      name,
      before: before?.name,
      after: after?.name,
      optionsChanged,
      indexes: indexes.map((index) => index.name),
    })),
  });
}

function* samplesOf({ samples }: CollectionRestore): Generator<Doc> {
  for (const { id, before, after } of samples) {
    yield new Map<string, Value>([
      ['id', id],
      ['before', before === undefined ? null : decodeDocument(before)],
      ['after', after === undefined ? null : decodeDocument(after)],
    ]);
  }
}
