import { bsonTypeName, Timestamp, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { readToken, type ResumeToken } from './resume-token';

const FULL_DOCUMENT = ['default', 'updateLookup', 'whenAvailable', 'required'] as const;
const BEFORE_CHANGE = ['off', 'whenAvailable', 'required'] as const;

/** The argument of `$changeStream`. */
export interface ChangeStreamOptions {
  readonly fullDocument: (typeof FULL_DOCUMENT)[number];
  readonly fullDocumentBeforeChange: (typeof BEFORE_CHANGE)[number];
  readonly resume: { readonly option: 'resumeAfter' | 'startAfter'; readonly token: ResumeToken } | undefined;
  readonly startAtOperationTime: Timestamp | undefined;
  readonly allChangesForCluster: boolean;
  readonly showExpandedEvents: boolean;
}

const FIELDS = [
  'fullDocument',
  'fullDocumentBeforeChange',
  'resumeAfter',
  'startAfter',
  'startAtOperationTime',
  'allChangesForCluster',
  'showExpandedEvents',
  // Of sharded clusters and of mongod itself: nothing that Argon has is told of under these names.
  'showMigrationEvents',
  'showSystemEvents',
  'allowToRunOnConfigDB',
];

/** @throws CommandError as mongod's parser */
export function readChangeStreamOptions(argument: Value): ChangeStreamOptions {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      6188500,
      `$changeStream must take a nested object but found: $changeStream: ${String(argument)}`,
    );
  }
  for (const field of argument.keys()) {
    if (!FIELDS.includes(field))
      throw new CommandError(40415, `BSON field '$changeStream.${field}' is an unknown field.`);
  }
  const [resumeAfter, startAfter] = [token(argument, 'resumeAfter'), token(argument, 'startAfter')];
  if (resumeAfter !== undefined && startAfter !== undefined) {
    throw new CommandError(
      50865,
      "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage",
    );
  }
  const startAtOperationTime = given(argument, 'startAtOperationTime');
  if (startAtOperationTime !== undefined && !(startAtOperationTime instanceof Timestamp))
    throw wrongType('startAtOperationTime', startAtOperationTime, 'timestamp');
  const options: ChangeStreamOptions = {
    fullDocument: word(argument, 'fullDocument', FULL_DOCUMENT),
    fullDocumentBeforeChange: word(argument, 'fullDocumentBeforeChange', BEFORE_CHANGE),
    resume:
      resumeAfter === undefined
        ? startAfter && { option: 'startAfter', token: readToken(startAfter) }
        : { option: 'resumeAfter', token: readToken(resumeAfter) },
    startAtOperationTime,
    allChangesForCluster: flag(argument, 'allChangesForCluster'),
    showExpandedEvents: flag(argument, 'showExpandedEvents'),
  };
  if (options.resume !== undefined && startAtOperationTime !== undefined) {
    throw new CommandError(40674, `Only one type of resume option is allowed, but multiple were found.`);
  }
  if (options.resume?.option === 'resumeAfter' && options.resume.token.place.isInvalidate) {
    throw new CommandError(
      'InvalidResumeToken',
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification",
    );
  }
  return options;
}

function given(argument: Doc, field: string): Value | undefined {
  return argument.get(field) ?? undefined;
}

function token(argument: Doc, field: string): Doc | undefined {
  const value = given(argument, field);
  if (value !== undefined && !(value instanceof Map)) throw wrongType(field, value, 'object');
  return value;
}

function word<T extends string>(argument: Doc, field: string, words: readonly [T, ...T[]]): T {
  const value = given(argument, field);
  if (value === undefined) return words[0];
  if (typeof value !== 'string') throw wrongType(field, value, 'string');
  const found = words.find((each) => each === value);
  if (found !== undefined) return found;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${value}' for field '$changeStream.${field}' is not a valid value.`,
  );
}

function flag(argument: Doc, field: string): boolean {
  const value = given(argument, field);
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new CommandError(
    'TypeMismatch',
    `Field '${field}' should be a boolean value, but found: ${bsonTypeName(value)}`,
  );
}

function wrongType(field: string, value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '$changeStream.${field}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
  );
}
