/** Commands about the server, sessions and transactions: they name no collection, and go to mongod as they are. */
export const FORWARDED_AS_IS: ReadonlySet<string> = new Set(
  (
    'abortTransaction buildInfo buildinfo commitTransaction connectionStatus endSessions features getCmdLineOpts getParameter ' +
    'hostInfo killSessions listCommands ping refreshSessions replSetGetStatus serverStatus startSession whatsmyuri'
  ).split(' '),
);

/** Commands that mongod knows, and that cannot be held to one branch, or are not meant for users. */
export const NOT_SUPPORTED: ReadonlySet<string> = new Set(
  (
    'applyOps authenticate bulkWrite checkShardingIndex cleanupOrphaned cloneCollection cloneCollectionAsCapped ' +
    'collModNonAtomic createRole createUser currentOp dataSize dbHash dbhash driverOIDTest dropAllRolesFromDatabase ' +
    'dropAllUsersFromDatabase dropRole dropUser enableSharding eval filemd5 flushRouterConfig forceerror fsync fsyncUnlock ' +
    'geoSearch getDatabaseVersion getDefaultRWConcern getDiagnosticData getLastError getLog getShardMap grantRolesToUser ' +
    'internalRenameIfOptionsAndIndexesMatch invalidateUserCache killAllSessions killAllSessionsByPattern killOp listShards ' +
    'lockInfo logRotate moveChunk movePrimary profile removeShard reshardCollection resetError rolesInfo rotateCertificates ' +
    'saslContinue saslStart setClusterParameter setDefaultRWConcern setFeatureCompatibilityVersion setParameter ' +
    'shardCollection shardConnPoolStats shutdown split top updateRole updateUser usersInfo validateDBMetadata'
  ).split(' '),
);
