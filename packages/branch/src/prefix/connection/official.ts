// Those who type-check this package by its sources do not list its files, so the declarations are named here.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./mongodb-internals.d.ts" />
import connectionModule from 'mongodb/lib/cmap/connection.js';
import responsesModule from 'mongodb/lib/cmap/wire_protocol/responses.js';

/** An OP_MSG of the official driver, before it is put into bytes. */
export interface OfficialMessage {
  /** The command, of which symbols' properties have come along. */
  readonly command?: object;
  /** Appends the message's sections to the buffers and says how many bytes they are. */
  makeSections?(buffers: Uint8Array[], command: unknown): number;
}

export interface OfficialResponse {
  readonly ok: number;
  /** The reply document. */
  toBytes(): Uint8Array;
}

interface OfficialConnection {
  sendWire(
    message: OfficialMessage,
    options: unknown,
    responseType: unknown,
  ): AsyncGenerator<OfficialResponse>;
}

/** Classes inside of `mongodb` that its index does not export: the same objects that MongoClient uses. */
export const Connection = connectionModule.Connection as new (
  stream: unknown,
  options: unknown,
) => OfficialConnection;

/** The reply `{ok: 1}`. */
export const EMPTY_RESPONSE = (responsesModule.MongoDBResponse as { readonly empty: OfficialResponse }).empty;
