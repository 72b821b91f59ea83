// Those who type-check this package by its sources do not list its files, so the declarations are named here.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./mongodb-internals.d.ts" />
import connectionModule from 'mongodb/lib/cmap/connection.js';
import responsesModule from 'mongodb/lib/cmap/wire_protocol/responses.js';

/** What the driver hands to its connection: an OP_MSG, or for the first handshake an OP_QUERY. */
export interface OfficialMessage {
  readonly databaseName: string;
  /** An unacknowledged write: the driver expects no reply. */
  readonly moreToCome?: boolean;
  /** OP_MSG: the buffers of header, flags and sections. */
  toBin(): Uint8Array[];
  /** OP_QUERY: the command. */
  readonly query?: Record<string, unknown>;
}

export interface OfficialResponse {
  readonly ok: number;
}

export interface OfficialResponseType {
  make(bson: Uint8Array): OfficialResponse;
}

export interface OfficialConnection {
  readonly id: number | '<monitor>';
  throwIfAborted(): void;
}

/**
 * Two classes inside of `mongodb` that its index does not export. They are the same objects that MongoClient uses,
 * which is what makes overriding one of their methods work. A test over every supported version guards them.
 */
export const Connection = connectionModule.Connection as abstract new (
  stream: unknown,
  options: unknown,
) => OfficialConnection;

export const MongoDBResponse = responsesModule.MongoDBResponse as OfficialResponseType & {
  readonly empty: OfficialResponse;
};
