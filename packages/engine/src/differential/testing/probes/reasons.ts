/** Commands that a server adds to those of the engine. */
export const SERVED: readonly string[] = [
  'createUser',
  'dropAllUsersFromDatabase',
  'dropUser',
  'grantRolesToUser',
  'logout',
  'revokeRolesFromUser',
  'rolesInfo',
  'saslContinue',
  'saslStart',
  'updateUser',
  'usersInfo',
];

/** Why something is there and differs, by section and name; the page says more below. */
export const DIFFERENT: Readonly<Record<string, string>> = {
  'commands collStats': 'sizes are of documents, and not of files',
  'commands currentOp': 'operations under way in this process',
  'commands dbStats': 'sizes are of documents, and not of files',
  'commands dropDatabase': 'history and branches stay',
  'commands explain': 'no plan but the winner is run',
  'commands killOp': 'ends at the next place that looks',
  'commands listDatabases': '`sizeOnDisk` is 0 for each',
  'commands serverStatus': 'the sections that are true of an engine in the log',
  'options find.showRecordId': 'record ids are LSNs',
  'stages $changeStream': 'see Change streams',
  'stages $collStats': 'sizes are of documents; no `latencyStats`, no `queryExecStats`',
  'stages $currentOp': 'operations under way in this process',
  'stages $group': 'groups come in the order in which they first appear',
  'stages $listSessions': 'sessions as they are, not as of the last refresh',
  'stages $indexStats': 'accesses are not counted',
  'stages $merge': 'within the branch; one that fails leaves nothing',
  'stages $out': 'within the branch',
};
