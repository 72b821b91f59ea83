/**
 * What a command does, as far as roles go. `open`: anybody who is connected; `user`: anybody who is logged in; `read`, `write` and
 * `structure` of a database; `users` of a database; `watch` and `rule` of the server.
 */
export type Action = 'open' | 'user' | 'read' | 'write' | 'structure' | 'users' | 'watch' | 'rule';

const COMMANDS: Readonly<Record<Exclude<Action, 'rule'>, string>> = {
  open: 'hello isMaster ismaster ping buildInfo buildinfo saslStart saslContinue logout authenticate connectionStatus whatsmyuri',
  user:
    'startSession endSessions refreshSessions commitTransaction abortTransaction listDatabases ' +
    'getCmdLineOpts listCommands bulkWrite renameCollection',
  read:
    'find getMore killCursors aggregate count distinct explain listCollections listIndexes collStats collstats dbStats dbstats dataSize dbHash ' +
    'argonDiff argonHistory argonListRestorePoints argonListTags argonListBranches argonStatus',
  write:
    'insert update delete findAndModify findandmodify create createIndexes drop dropIndexes deleteIndexes ' +
    'collMod convertToCapped cloneCollectionAsCapped argonRestore argonUndo argonMerge argonTag argonDeleteTag ' +
    'argonCreateBranch argonDeleteBranch argonDropBranch argonResetBranch',
  structure: 'dropDatabase validate profile reIndex',
  users:
    'createUser updateUser dropUser dropAllUsersFromDatabase usersInfo grantRolesToUser revokeRolesFromUser rolesInfo',
  watch:
    'serverStatus currentOp hostInfo getLog getParameter replSetGetStatus replSetGetConfig top connPoolStats ' +
    'getDefaultRWConcern listSessions features',
};

const BY_COMMAND: ReadonlyMap<string, Action> = new Map(
  Object.entries(COMMANDS).flatMap(([action, names]) =>
    names.split(' ').map((name) => [name, action as Action] as const),
  ),
);

/** What a command needs; of one that is not known, that is the most. */
export function actionOf(command: string): Action {
  return BY_COMMAND.get(command) ?? 'rule';
}
