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

/** Cases that pass on mongod 6.0 and not on Argon, on purpose. */
export const NOT_ON_ARGON: readonly Exception[] = [
  ...cases('collection-management', 'timeseries-collection', 'Argon has no time-series collections', [
    'createCollection with all options',
    'insertMany with duplicate ids',
  ]),
  ...cases(
    'change-streams',
    'change-streams-pre_and_post_images',
    'the log has every version of a document, whatever a collection is told to keep',
    [
      'fullDocument:whenAvailable with changeStreamPreAndPostImages disabled',
      'fullDocument:required with changeStreamPreAndPostImages disabled',
      'fullDocumentBeforeChange:whenAvailable with changeStreamPreAndPostImages disabled',
      'fullDocumentBeforeChange:required with changeStreamPreAndPostImages disabled',
    ],
  ),
];
