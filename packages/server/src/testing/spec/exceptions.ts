/** A case that does not pass, and why. Should it pass one day, the test of the list fails, and its row goes. */
export interface Exception {
  readonly suite: Suite;
  /** The file's name, without its ending. */
  readonly file: string;
  /** The case's description. */
  readonly test: string;
  readonly reason: string;
}

export const SUITES = [
  'crud',
  'collection-management',
  'run-command',
  'sessions',
  'transactions',
  'transactions-convenient-api',
  'change-streams',
] as const;
export type Suite = (typeof SUITES)[number];

/** Cases of one file that have one reason. */
function cases(suite: Suite, file: string, reason: string, tests: readonly string[]): Exception[] {
  return tests.map((test) => ({ suite, file, test, reason }));
}

/** Cases that pass on no server of this kind: not on mongod either. */
export const NOT_FOR_THIS_DRIVER_OR_TOPOLOGY: readonly Exception[] = [
  ...cases('crud', 'bypassDocumentValidation', 'the driver leaves the option out when it is false', [
    'Aggregate with $out passes bypassDocumentValidation: false',
    'BulkWrite passes bypassDocumentValidation: false',
    'FindOneAndReplace passes bypassDocumentValidation: false',
    'FindOneAndUpdate passes bypassDocumentValidation: false',
    'InsertMany passes bypassDocumentValidation: false',
  ]),
  ...cases('crud', 'create-null-ids', 'the driver puts an ObjectId in place of an _id that is null', [
    'inserting _id with type null via insertOne',
    'inserting _id with type null via insertMany',
    'inserting _id with type null via bulkWrite',
  ]),
  ...cases(
    'transactions',
    'run-command',
    'the driver looks for a secondary, and a set of one node has none',
    [
      'run command with secondary read preference in client option and primary read preference in transaction options',
    ],
  ),
  ...cases(
    'transactions',
    'transaction-options',
    'the driver looks for a secondary, and a set of one node has none',
    ['readPreference inherited from client'],
  ),
];

/** Cases that pass on mongod 6.0 and not on Argon. */
export const NOT_ON_ARGON: readonly Exception[] = [
  ...cases('crud', 'aggregate-collation', 'not there yet: collations', ['Aggregate with collation']),
  ...cases('crud', 'bulkWrite-collation', 'not there yet: collations', [
    'BulkWrite with delete operations and collation',
    'BulkWrite with update operations and collation',
  ]),
  ...cases('crud', 'bulkWrite-errorResponse', 'not there yet: fail points', [
    'bulkWrite operations support errorResponse assertions',
  ]),
  ...cases('crud', 'count-collation', 'not there yet: collations', [
    'Count documents with collation',
    'Deprecated count with collation',
  ]),
  ...cases('crud', 'db-aggregate-rawdata', 'not there yet: a list of sessions', [
    'Aggregate with rawData option on less than 8.2.0 - ignore argument',
  ]),
  ...cases('crud', 'db-aggregate-write-readPreference', 'not there yet: a list of sessions', [
    'Database-level aggregate with $out includes read preference for 5.0+ server',
    'Database-level aggregate with $merge includes read preference for 5.0+ server',
  ]),
  ...cases('crud', 'db-aggregate', 'not there yet: a list of sessions', [
    'Aggregate with $listLocalSessions',
    'Aggregate with $listLocalSessions and allowDiskUse',
  ]),
  ...cases('crud', 'deleteMany-collation', 'not there yet: collations', [
    'DeleteMany when many documents match with collation',
  ]),
  ...cases('crud', 'deleteOne-collation', 'not there yet: collations', [
    'DeleteOne when many documents matches with collation',
  ]),
  ...cases('crud', 'deleteOne-errorResponse', 'not there yet: fail points', [
    'delete operations support errorResponse assertions',
  ]),
  ...cases('crud', 'distinct-collation', 'not there yet: collations', ['Distinct with a collation']),
  ...cases('crud', 'estimatedDocumentCount', 'not there yet: fail points', [
    'estimatedDocumentCount errors correctly--command error',
    'estimatedDocumentCount errors correctly--socket error',
  ]),
  ...cases('crud', 'estimatedDocumentCount', 'not there yet: views', [
    'estimatedDocumentCount works correctly on views',
  ]),
  ...cases('crud', 'find-collation', 'not there yet: collations', ['Find with a collation']),
  ...cases('crud', 'findOneAndDelete-collation', 'not there yet: collations', [
    'FindOneAndDelete when one document matches with collation',
  ]),
  ...cases('crud', 'findOneAndReplace-collation', 'not there yet: collations', [
    'FindOneAndReplace when one document matches with collation returning the document after modification',
  ]),
  ...cases('crud', 'findOneAndUpdate-collation', 'not there yet: collations', [
    'FindOneAndUpdate when many documents match with collation returning the document before modification',
  ]),
  ...cases('crud', 'insertOne-errorResponse', 'not there yet: fail points', [
    'insert operations support errorResponse assertions',
  ]),
  ...cases('crud', 'replaceOne-collation', 'not there yet: collations', [
    'ReplaceOne when one document matches with collation',
  ]),
  ...cases('crud', 'updateMany-collation', 'not there yet: collations', [
    'UpdateMany when many documents match with collation',
  ]),
  ...cases('crud', 'updateOne-collation', 'not there yet: collations', [
    'UpdateOne when one document matches with collation',
  ]),
  ...cases('crud', 'updateOne-errorResponse', 'not there yet: fail points', [
    'update operations support errorResponse assertions',
  ]),
  ...cases('collection-management', 'clustered-indexes', 'not there yet: clustered collections', [
    'createCollection with clusteredIndex',
    'listCollections includes clusteredIndex',
    'listIndexes returns the index',
  ]),
  ...cases('collection-management', 'timeseries-collection', 'not there yet: time-series collections', [
    'createCollection with all options',
    'insertMany with duplicate ids',
  ]),
  ...cases('run-command', 'runCommand', 'not there yet: the cluster time', [
    'always gossips the $clusterTime on the sent command',
  ]),
  ...cases('run-command', 'runCommand', 'not there yet: fail points', [
    'does not retry retryable errors on given command',
  ]),
  ...cases('run-command', 'runCommand', 'not there yet: transactions', [
    'attaches transaction fields to given command',
  ]),
  ...cases('run-command', 'runCursorCommand', 'not there yet: capped collections', [
    'does not close the cursor when receiving an empty batch',
  ]),
];

/** Suites that Argon does not run yet: transactions, cluster times and change streams come first. */
export const NOT_YET_ON_ARGON: ReadonlySet<Suite> = new Set<Suite>([
  'sessions',
  'transactions',
  'transactions-convenient-api',
  'change-streams',
]);
