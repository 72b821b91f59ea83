import { ArgonError } from '@argon/bson';

/** What the process ends with; documented in the README, so that scripts can rely on it. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  store: 5,
  /** 128 + SIGINT, as shells have it. */
  cancelled: 130,
} as const;

const BY_CODE: ReadonlyMap<string, number> = new Map([
  ['ARGON_CLI_USAGE', EXIT.usage],
  ['ARGON_CLI_ARGUMENT_SYNTAX', EXIT.usage],
  ['ARGON_CLI_PROJECT_NOT_CHOSEN', EXIT.usage],
  ['ARGON_CLI_COLLECTION_NOT_CHOSEN', EXIT.usage],
  ['ARGON_CLI_CONFIRMATION_NEEDED', EXIT.usage],
  ['ARGON_CLI_TERMINAL_NEEDED', EXIT.usage],
  ['ARGON_CLI_UNKNOWN_SETTING', EXIT.usage],
  ['ARGON_CLI_UNKNOWN_FORMAT', EXIT.usage],
  ['ARGON_CLI_NO_LEGACY', EXIT.usage],
  ['ARGON_MIGRATE_NOT_ALLOWED', EXIT.usage],
  ['ARGON_WAL_INVALID_NAME', EXIT.usage],
  ['ARGON_WAL_INVALID_POLICY', EXIT.usage],
  ['ARGON_BRANCH_TAG_NAME_RESERVED', EXIT.usage],
  ['ARGON_BRANCH_UNDO_REQUEST', EXIT.usage],
  ['ARGON_BRANCH_PATCH_FORMAT', EXIT.usage],
  ['ARGON_BRANCH_PLAN_FORMAT', EXIT.usage],
  ['ARGON_BRANCH_CHERRY_PICK_REQUEST', EXIT.usage],
  ['ARGON_BRANCH_NO_PARENT', EXIT.usage],
  ['ARGON_BRANCH_FLAG_VALUE', EXIT.usage],
  ['ARGON_BRANCH_LEGACY_ADDRESS', EXIT.usage],
  ['ARGON_BRANCH_LEGACY_PROJECTS', EXIT.usage],
  ['ARGON_BRANCH_NO_LEGACY', EXIT.usage],
  ['ARGON_BRANCH_ROLLOUT_PLAN', EXIT.usage],
  ['ARGON_BRANCH_STANDBY_NAME', EXIT.usage],
  ['ARGON_BRANCH_WAL_DISABLED', EXIT.usage],
  ['ARGON_WAL_UNKNOWN_STORE_ADDRESS', EXIT.usage],
  ['ARGON_WAL_STORE_ADDRESS', EXIT.usage],

  ['ARGON_CLI_NO_STORE', EXIT.notFound],
  ['ARGON_CLI_FILE_NOT_FOUND', EXIT.notFound],
  ['ARGON_CLI_COLLECTION_NOT_FOUND', EXIT.notFound],
  ['ARGON_CLI_SOURCE_NOT_FOUND', EXIT.notFound],
  ['ARGON_WAL_STORE_NOT_FOUND', EXIT.notFound],
  ['ARGON_BRANCH_COLLECTIONS_MISSING', EXIT.notFound],
  ['ARGON_WAL_PROJECT_NOT_FOUND', EXIT.notFound],
  ['ARGON_WAL_BRANCH_NOT_FOUND', EXIT.notFound],
  ['ARGON_WAL_LSN_BELOW_HORIZON', EXIT.notFound],
  ['ARGON_WAL_PIN_NOT_FOUND', EXIT.notFound],
  ['ARGON_BRANCH_DOCUMENT_NOT_FOUND', EXIT.notFound],
  ['ARGON_BRANCH_TAG_NOT_FOUND', EXIT.notFound],
  ['ARGON_BRANCH_NO_RESTORE', EXIT.notFound],
  ['ARGON_BRANCH_RESTORE_COLLECTION_NOT_FOUND', EXIT.notFound],
  ['ARGON_BRANCH_UNDO_COMMIT_NOT_FOUND', EXIT.notFound],
  ['ARGON_BRANCH_CHERRY_PICK_COMMIT_NOT_FOUND', EXIT.notFound],
  ['ARGON_MATERIALIZER_LSN_OUT_OF_RANGE', EXIT.notFound],
  ['ARGON_MATERIALIZER_MOMENT_OUT_OF_RANGE', EXIT.notFound],

  ['ARGON_CLI_FILE_EXISTS', EXIT.conflict],
  ['ARGON_CLI_ROLLOUT_NOT_READY', EXIT.conflict],
  ['ARGON_MIGRATE_DIFFERENCE', EXIT.conflict],
  ['ARGON_MIGRATE_STATE', EXIT.conflict],
  ['ARGON_MIGRATE_SHADOW_READS', EXIT.conflict],
  ['ARGON_CLI_FOLDER_NOT_EMPTY', EXIT.conflict],
  ['ARGON_WAL_PROJECT_EXISTS', EXIT.conflict],
  ['ARGON_WAL_BRANCH_EXISTS', EXIT.conflict],
  ['ARGON_WAL_INVALID_RESET', EXIT.conflict],
  ['ARGON_WAL_INVALID_HORIZON', EXIT.conflict],
  ['ARGON_WAL_PIN_EXISTS', EXIT.conflict],
  ['ARGON_WAL_INVALID_FORK_POINT', EXIT.conflict],
  ['ARGON_BRANCH_PROTECTED', EXIT.conflict],
  ['ARGON_BRANCH_LAST', EXIT.conflict],
  ['ARGON_BRANCH_BUSY', EXIT.conflict],
  ['ARGON_BRANCH_LEGACY_NAME', EXIT.conflict],
  ['ARGON_BRANCH_LEGACY_PROJECT', EXIT.conflict],
  ['ARGON_BRANCH_PREFIX_AMBIGUOUS', EXIT.conflict],
  ['ARGON_BRANCH_PREFIX_TAKEN', EXIT.conflict],
  ['ARGON_BRANCH_VIOLATION', EXIT.conflict],
  ['ARGON_BRANCH_RESET_BELOW_BASE', EXIT.conflict],
  ['ARGON_BRANCH_MERGE_CONFLICT', EXIT.conflict],
  ['ARGON_BRANCH_PLAN_OUTDATED', EXIT.conflict],
  ['ARGON_BRANCH_UNRELATED', EXIT.usage],
  ['ARGON_BRANCH_TAG_EXISTS', EXIT.conflict],
  ['ARGON_BRANCH_TAG_ELSEWHERE', EXIT.conflict],
  ['ARGON_BRANCH_RESTORE_NAME_TAKEN', EXIT.conflict],
  ['ARGON_BRANCH_UNDO_CONFLICT', EXIT.conflict],
  ['ARGON_BRANCH_CHERRY_PICK_CONFLICT', EXIT.conflict],
  ['ARGON_BRANCH_PATCH_CONFLICT', EXIT.conflict],
  ['ARGON_BRANCH_TRANSFER_RANGE', EXIT.conflict],
  ['ARGON_BRANCH_TRANSFER_DISTURBED', EXIT.conflict],
  ['ARGON_BRANCH_TRANSFER_ADOPTION', EXIT.conflict],

  ['ARGON_BRANCH_LEGACY_UNREACHABLE', EXIT.store],
  ['ARGON_MIGRATE_MIRROR_TARGET', EXIT.conflict],
  ['ARGON_MIGRATE_MIRROR_BUSY', EXIT.conflict],
  ['ARGON_MIGRATE_SITE_NOT_EMPTY', EXIT.conflict],
  ['ARGON_MIGRATE_SITE_BUSY', EXIT.conflict],
  ['ARGON_MIGRATE_SITE_LOST', EXIT.conflict],
  ['ARGON_MIGRATE_CHECKOUT_POSITION_LOST', EXIT.conflict],
  ['ARGON_MIGRATE_NO_POSITION', EXIT.notFound],

  ['ARGON_WAL_NOT_A_STORE', EXIT.store],
  ['ARGON_WAL_STANDALONE_SERVER', EXIT.store],
  ['ARGON_WAL_COMMIT_OUTCOME_UNKNOWN', EXIT.store],
  ['ARGON_MATERIALIZER_LOG_INCONSISTENT', EXIT.store],
  ['ARGON_MATERIALIZER_DOCUMENT_MISSING', EXIT.store],
  ['ARGON_CLI_SOURCE_UNREACHABLE', EXIT.failure],

  ['ARGON_CLI_CANCELLED', EXIT.cancelled],
]);

/** MongoDB's codes, for errors that only a command's reply tells of. */
const BY_MONGO_CODE: ReadonlyMap<number, number> = new Map([
  [26, EXIT.notFound],
  [27, EXIT.notFound],
  [48, EXIT.conflict],
  [73, EXIT.usage],
  [11000, EXIT.conflict],
]);

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof ArgonError)) return EXIT.failure;
  const known = BY_CODE.get(error.code);
  if (known !== undefined) return known;
  if (error.code.startsWith('ARGON_WAL_STORE_')) return EXIT.store;
  const { code } = error.data;
  return (typeof code === 'number' ? BY_MONGO_CODE.get(code) : undefined) ?? EXIT.failure;
}
