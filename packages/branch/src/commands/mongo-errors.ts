import { toDoc, type Value } from '@argon/bson';
import { CommandError, type MongoCodeName } from '@argon/engine';
import { ArgonError } from '@argon/wal';
import { ViolationError } from '../steps/errors';

/** What MongoDB calls errors of this package, and those of the log that only its services meet. */
const MONGO_CODE_OF: ReadonlyMap<string, MongoCodeName> = new Map<string, MongoCodeName>([
  ['ARGON_BRANCH_BUSY', 'WriteConflict'],
  ['ARGON_BRANCH_COLLECTIONS_MISSING', 'NamespaceNotFound'],
  ['ARGON_BRANCH_DIFF_PROJECTS', 'BadValue'],
  ['ARGON_BRANCH_DOCUMENT_NOT_FOUND', 'NoSuchKey'],
  ['ARGON_BRANCH_LAST', 'IllegalOperation'],
  ['ARGON_BRANCH_LEGACY_PROJECTS', 'BadValue'],
  ['ARGON_BRANCH_MERGE_CONFLICT', 'OperationFailed'],
  ['ARGON_BRANCH_NO_RESTORE', 'NoSuchKey'],
  ['ARGON_BRANCH_NOT_TRADITIONAL', 'CommandNotSupported'],
  ['ARGON_BRANCH_PLAN_OUTDATED', 'WriteConflict'],
  ['ARGON_BRANCH_PREFIX_AMBIGUOUS', 'InvalidNamespace'],
  ['ARGON_BRANCH_PREFIX_TAKEN', 'NamespaceExists'],
  ['ARGON_BRANCH_PROTECTED', 'IllegalOperation'],
  ['ARGON_BRANCH_RESET_BELOW_BASE', 'BadValue'],
  ['ARGON_BRANCH_RESTORE_COLLECTION_NOT_FOUND', 'NamespaceNotFound'],
  ['ARGON_BRANCH_RESTORE_NAME_TAKEN', 'NamespaceExists'],
  ['ARGON_BRANCH_TAG_ELSEWHERE', 'BadValue'],
  ['ARGON_BRANCH_TAG_EXISTS', 'NamespaceExists'],
  ['ARGON_BRANCH_TAG_NAME_RESERVED', 'InvalidNamespace'],
  ['ARGON_BRANCH_TAG_NOT_FOUND', 'NoSuchKey'],
  ['ARGON_BRANCH_UNDO_COMMIT_NOT_FOUND', 'NoSuchKey'],
  ['ARGON_BRANCH_UNDO_CONFLICT', 'OperationFailed'],
  ['ARGON_BRANCH_UNDO_REQUEST', 'BadValue'],
  ['ARGON_BRANCH_UNRELATED', 'BadValue'],
  ['ARGON_BRANCH_WAL_ONLY', 'CommandNotSupported'],
  ['ARGON_WAL_INVALID_FORK_POINT', 'BadValue'],
  ['ARGON_WAL_PIN_EXISTS', 'NamespaceExists'],
]);

/**
 * The error as a MongoDB client sees it: code and codeName, and beside them `argonCode` and, where there are facts for
 * programs, `argonData`. What the engine translates by itself is left as it is.
 */
export function toMongoError(error: unknown): unknown {
  if (!(error instanceof ArgonError)) return error;
  if (error instanceof ViolationError) {
    // What mongod would have said of the first of them.
    const { mongoCode, extra } = error.violations[0]!.problem;
    return commandError(nameOf(error) ?? mongoCode, error, extra);
  }
  const code = MONGO_CODE_OF.get(error.code);
  return code === undefined ? error : commandError(code, error, new Map());
}

/** The name goes along where the number has one. */
function nameOf(error: ViolationError): MongoCodeName | undefined {
  const { codeName } = error.violations[0]!.problem;
  return codeName.startsWith('Location') ? undefined : (codeName as MongoCodeName);
}

function commandError(
  code: MongoCodeName | number,
  error: ArgonError,
  extra: ReadonlyMap<string, Value>,
): CommandError {
  const told = new Map<string, Value>([...extra, ['argonCode', error.code]]);
  if (Object.keys(error.data).length > 0) told.set('argonData', toDoc({ ...error.data }));
  return new CommandError(code, error.message, { cause: error, extra: told });
}
