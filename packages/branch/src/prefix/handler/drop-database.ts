import type { Value } from '@argon/bson';
import { okReply, type Reply } from '@argon/engine';
import { isOk, replyOf, shownReply } from '../reply/shown-reply';
import type { BranchOperation } from './contract';
import { sendFor } from './send';
import { storedCollections } from './stored-collections';

const NAMESPACE_NOT_FOUND = 26;

/** Drops what is the branch's; the branch stays. Views first, so that none is left on nothing if it is cut short. */
export async function dropDatabase(operation: BranchOperation): Promise<Reply> {
  const { command, names, database } = operation;
  const collections = await storedCollections(database, names.prefixes, names.branch);
  const views = collections.filter(({ type }) => type === 'view');
  const writeConcern = command.get('writeConcern');
  for (const { name } of [...views, ...collections.filter(({ type }) => type !== 'view')]) {
    const drop = new Map<string, Value>([
      ['drop', name],
      ['$db', names.storedDatabase],
    ]);
    if (writeConcern !== undefined) drop.set('writeConcern', writeConcern);
    const reply = await sendFor(operation, drop);
    if (!isOk(reply) && replyOf(reply).get('code') !== NAMESPACE_NOT_FOUND) return shownReply(reply, names);
  }
  return okReply();
}
