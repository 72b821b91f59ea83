import { batchSizeOf, cursorReply, okReply } from '@argon/engine';
import { TagService } from '../restore/tag-service';
import { argonCommand } from './argon-command';
import { momentArgument, nameArgument } from './arguments';
import { oneBatch } from './batches';
import { replyDocument } from './reply-value';

export const tagCommand = argonCommand({
  name: 'argonTag',
  help: "Names a moment of the database's branch.",
  fields: ['at'],
  run: async (operation) => {
    operation.refuseReadOnly();
    const { project, branch } = operation.address;
    const name = nameArgument(operation);
    const at = momentArgument(operation, 'at');
    const tags = new TagService(operation.engine);
    const tag = await tags.create(project, branch, name, at, operation.context.actor);
    return okReply({ tag: replyDocument(tag) });
  },
});

export const deleteTagCommand = argonCommand({
  name: 'argonDeleteTag',
  help: 'Deletes a tag of the project, or a restore point by its name.',
  fields: [],
  run: async (operation) => {
    operation.refuseReadOnly();
    const { project } = operation.address;
    const tags = new TagService(operation.engine);
    const gone = await tags.delete(project, nameArgument(operation), operation.context.actor);
    return okReply({ deleted: replyDocument(gone) });
  },
});

export const listTagsCommand = argonCommand({
  name: 'argonListTags',
  help: "The project's tags.",
  fields: ['cursor'],
  run: async (operation) => {
    const tags = await new TagService(operation.engine).list(operation.address.project);
    return cursorReply(operation, {
      stream: oneBatch(tags.map(replyDocument)),
      namespace: operation.namespace('$cmd.argonListTags'),
      firstBatch: batchSizeOf(operation),
    });
  },
});
