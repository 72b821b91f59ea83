import {
  MongoBulkWriteError,
  MongoClientBulkWriteError,
  MongoError,
  MongoServerError,
  type Document,
} from 'mongodb';
import { Mismatch } from './mismatch';
import { matchRoot, type EntitySource } from './values';

type Check = (expected: unknown, error: Error, entities: EntitySource, path: string) => void;

/**
 * Compares an error with what a case says of it.
 * @throws Mismatch
 */
export function matchError(expected: Document, error: Error, entities: EntitySource, path: string): void {
  for (const [key, value] of Object.entries(expected)) {
    const check = CHECKS.get(key);
    if (check === undefined) throw new Error(`The runner does not know what '${key}' says of an error.`);
    check(value, error, entities, `${path}.${key}`);
  }
}

const CHECKS = new Map<string, Check>([
  ['isError', () => {}],
  ['isClientError', equal((error) => !(error instanceof MongoServerError))],
  ['isTimeoutError', equal((error) => error.name === 'MongoOperationTimeoutError')],
  [
    'errorContains',
    (expected, error, _entities, path) => {
      if (!error.message.toLowerCase().includes(String(expected).toLowerCase())) {
        throw new Mismatch(path, expected, error);
      }
    },
  ],
  ['errorCode', equal((error) => (error as MongoServerError).code)],
  ['errorCodeName', equal((error) => replyOf(error)?.['codeName'])],
  ['errorLabelsContain', labels(true)],
  ['errorLabelsOmit', labels(false)],
  ['errorResponse', (expected, error, entities, path) => matchRoot(expected, replyOf(error), entities, path)],
  [
    'expectResult',
    (expected, error, entities, path) => matchRoot(expected, partialResult(error), entities, path),
  ],
  ['writeErrors', ofBulk(({ writeErrors }) => Object.fromEntries(writeErrors))],
  ['writeConcernErrors', ofBulk(({ writeConcernErrors }) => writeConcernErrors)],
]);

function equal(read: (error: Error) => unknown): Check {
  return (expected, error, _entities, path) => {
    if (read(error) !== expected) throw new Mismatch(path, expected, error);
  };
}

function labels(isWanted: boolean): Check {
  return (expected, error, _entities, path) => {
    for (const label of expected as readonly string[]) {
      const has = error instanceof MongoError && error.hasErrorLabel(label);
      if (has !== isWanted) throw new Mismatch(path, expected, error);
    }
  };
}

function ofBulk(read: (error: MongoClientBulkWriteError) => unknown): Check {
  return (expected, error, entities, path) => {
    if (!(error instanceof MongoClientBulkWriteError)) throw new Mismatch(path, expected, error);
    matchRoot(expected, read(error), entities, path);
  };
}

/** The server's reply that an error came from, or the part of it that the driver kept. */
function replyOf(error: Error): Document | undefined {
  if (!(error instanceof MongoServerError)) return undefined;
  if (error instanceof MongoBulkWriteError && error.result !== undefined) {
    const [first] = error.writeErrors instanceof Array ? error.writeErrors : [error.writeErrors];
    if (first !== undefined) return { code: first.code, codeName: error['codeName'] };
  }
  return { ...error.errorResponse, code: error.code, codeName: error['codeName'] };
}

function partialResult(error: Error): unknown {
  if (error instanceof MongoBulkWriteError) return error.result;
  if (error instanceof MongoClientBulkWriteError) return error.partialResult;
  return undefined;
}
