import { ArgonError } from '@argon/wal';
import type { Value } from '@argon/bson';

/**
 * MongoDB's error codes that the engine answers with.
 * Source: mongod's error_codes.yml; names and numbers are part of the protocol.
 */
export const MONGO_CODES = {
  InternalError: 1,
  HostUnreachable: 6,
  BadValue: 2,
  NoSuchKey: 4,
  UserNotFound: 11,
  GraphContainsCycle: 5,
  FailedToParse: 9,
  UnsupportedFormat: 12,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  RoleNotFound: 31,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotBackfillArray: 34,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  NonExistentPath: 29,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  ImmutableField: 66,
  IndexAlreadyExists: 68,
  WriteConcernFailed: 64,
  InvalidDBRef: 55,
  IncompatibleCollationVersion: 161,
  UnknownReplWriteConcern: 79,
  InvalidIndexSpecificationOption: 197,
  UnsatisfiableCommitQuorum: 278,
  CannotConvertIndexToUnique: 359,
  IndexOptionsConflict: 85,
  CannotBuildIndexKeys: 201,
  AmbiguousIndexKeyPattern: 181,
  IndexKeySpecsConflict: 86,
  OperationFailed: 96,
  InvalidPipelineOperator: 168,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidViewDefinition: 182,
  ViewDepthLimitExceeded: 165,
  NotExactValueField: 111,
  WriteConflict: 112,
  QueryFeatureNotAllowed: 224,
  ConversionFailure: 241,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  TransactionTooLarge: 257,
  TransactionTooOld: 225,
  TransactionExceededLifetimeLimitSeconds: 290,
  IncompleteTransactionHistory: 217,
  ConflictingOperationInProgress: 117,
  NotARetryableWriteCommand: 50768,
  TooManyLogicalSessions: 261,
  SnapshotTooOld: 239,
  SnapshotUnavailable: 246,
  UnsatisfiableWriteConcern: 100,
  CommandFailed: 125,
  ClusterTimeFailsRateLimiter: 205,
  OperationNotSupportedInTransaction: 263,
  NoMatchingDocument: 47,
  CappedPositionLost: 136,
  QueryPlanKilled: 175,
  CursorKilled: 237,
  InvalidResumeToken: 260,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  NotWritablePrimary: 10107,
  BSONObjectTooLarge: 10334,
  CannotIndexParallelArrays: 171,
  InvalidBSON: 22,
  OutOfDiskSpace: 14031,
  DuplicateKey: 11000,
  Interrupted: 11601,
  InterruptedAtShutdown: 11600,
  NoQueryExecutionPlans: 291,
  ClientMetadataMissingField: 183,
  ClientMetadataAppNameTooLarge: 184,
  ClientMetadataDocumentTooLarge: 185,
  ClientMetadataCannotBeMutated: 186,
  MechanismUnavailable: 334,
  UnsupportedOpQueryCommand: 352,
} as const;

export type MongoCodeName = keyof typeof MONGO_CODES;

const NAMES = new Map<number, string>(Object.entries(MONGO_CODES).map(([name, code]) => [code, name]));

export interface CommandErrorOptions {
  readonly labels?: readonly string[];
  /** There are no labels but those, whatever the code. */
  readonly hasAllLabels?: boolean;
  /** Further fields of the reply (`keyPattern`, `keyValue`, `errInfo`, …). */
  readonly extra?: ReadonlyMap<string, Value>;
  readonly cause?: unknown;
  /** The name of a code that is given as a number, if it has one. */
  readonly codeName?: string;
}

/** An error a client sees: MongoDB's numeric code and name in the reply. `Location…` names carry only a number. */
export class CommandError extends ArgonError {
  readonly mongoCode: number;
  readonly codeName: string;
  readonly labels: readonly string[];
  readonly hasAllLabels: boolean;
  readonly extra: ReadonlyMap<string, Value>;

  /** @param code 0: none, as some of mongod's old commands answer */
  constructor(code: MongoCodeName | number, message: string, options: CommandErrorOptions = {}) {
    const number = typeof code === 'number' ? code : MONGO_CODES[code];
    const name =
      options.codeName ?? (typeof code === 'number' ? (NAMES.get(code) ?? `Location${code}`) : code);
    super('ARGON_ENGINE_COMMAND', message, { code: number, codeName: name }, { cause: options.cause });
    this.mongoCode = number;
    this.codeName = name;
    this.labels = options.labels ?? [];
    this.hasAllLabels = options.hasAllLabels === true;
    this.extra = options.extra ?? new Map();
  }
}
