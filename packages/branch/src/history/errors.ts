import { stringifyEjson, type Value } from '@argon/bson';
import { ArgonError } from '@argon/wal';

/** There is no such document on the branch, or was none at that moment. */
export class DocumentNotFoundError extends ArgonError {
  constructor(collection: string, id: Value, where: string) {
    const text = stringifyEjson(id, {});
    super(
      'ARGON_BRANCH_DOCUMENT_NOT_FOUND',
      `'${where}' has no document with _id ${text} in collection '${collection}'. ` +
        'If it was deleted, its history still has it, and it can be recovered.',
      { collection, id: text, where },
    );
  }
}
