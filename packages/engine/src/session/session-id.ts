import { Binary, bsonTypeName, decodeDocument, type Value } from '@argon/bson';
import type { CommandDocument } from '../handler/contract';
import { CommandError } from '../handler/errors';

/** What drivers send: {id: UUID}, and where its 16 bytes lie in that. */
const DRIVERS_LENGTH = 30;
const UUID_AT = 13;
const UUID_LENGTH = 16;

/**
 * A session as a client names it (`lsid`): 16 bytes as a latin1 string, followed by the digest of its user where the client
 * names that. Undefined if the command names none.
 * @throws CommandError as mongod does
 */
export function sessionIdOf(command: CommandDocument): string | undefined {
  const bytes = command.raw('lsid');
  if (bytes === undefined) {
    if (!command.has('lsid')) return undefined;
    throw wrongType('lsid', command.get('lsid'), 'object');
  }
  const isDrivers =
    bytes.length === DRIVERS_LENGTH &&
    bytes[4] === 5 &&
    bytes[5] === 0x69 &&
    bytes[6] === 0x64 &&
    bytes[7] === 0 &&
    bytes[8] === UUID_LENGTH &&
    bytes[12] === Binary.SUBTYPE_UUID;
  return isDrivers
    ? latin1(bytes, UUID_AT, UUID_AT + UUID_LENGTH)
    : readSessionId(bytes, 'OperationSessionInfo.lsid');
}

/** A session's name in a document of its own. @param field how messages call it */
export function readSessionId(bytes: Uint8Array, field: string): string {
  const parts = decodeDocument(bytes);
  for (const name of parts.keys()) {
    if (name === 'id' || name === 'uid' || name === 'txnNumber' || name === 'txnUUID') continue;
    throw new CommandError(40415, `BSON field '${field}.${name}' is an unknown field.`);
  }
  const id = binary(parts.get('id'), `${field}.id`);
  if (id === undefined) {
    throw new CommandError(40414, `BSON field '${field}.id' is missing but a required field`);
  }
  if (id.sub_type !== Binary.SUBTYPE_UUID || id.buffer.length !== UUID_LENGTH) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '${field}.id' is the wrong binData type 'general', expected type 'UUID'`,
    );
  }
  const uid = binary(parts.get('uid'), `${field}.uid`);
  return (
    latin1(id.buffer, 0, UUID_LENGTH) + (uid === undefined ? '' : latin1(uid.buffer, 0, uid.buffer.length))
  );
}

function binary(value: Value | undefined, field: string): Binary | undefined {
  if (value === undefined || value instanceof Binary) return value;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type '${bsonTypeName(value)}', expected type 'binData'`,
  );
}

function wrongType(field: string, value: Value | undefined, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field 'OperationSessionInfo.${field}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
  );
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}
