import { Connection, EMPTY_RESPONSE, type OfficialMessage, type OfficialResponse } from './official';

/** Under this key a command of the driver carries the message that is to be sent in its place. */
export const FORWARDED = Symbol('argon.forwarded');

/** A command in bytes, and the reply to it once that has come. */
export interface Forwarded {
  readonly body: Uint8Array;
  /** Document sequences by field. */
  readonly sequences: ReadonlyMap<string, readonly Uint8Array[]>;
  reply?: Uint8Array;
}

/**
 * The official connection, which also sends commands as they are: with the session, transaction and cluster time that
 * they name, and not those of the driver. Pools, logins, TLS and the watch over servers stay the driver's.
 */
export class ForwardingConnection extends Connection {
  override async *sendWire(
    message: OfficialMessage,
    options: unknown,
    responseType: unknown,
  ): AsyncGenerator<OfficialResponse> {
    const forwarded = (message.command as { [FORWARDED]?: Forwarded } | undefined)?.[FORWARDED];
    if (forwarded === undefined) {
      yield* super.sendWire(message, options, responseType);
      return;
    }
    message.makeSections = (buffers) => pushSections(buffers, forwarded);
    for await (const response of super.sendWire(message, options, responseType)) {
      forwarded.reply = response.toBytes();
      // What failed is shown to the driver, which may learn from it about the server; the rest it need not decode.
      yield response.ok === 0 ? response : EMPTY_RESPONSE;
    }
  }
}

const KIND_BODY = Uint8Array.of(0);

function pushSections(buffers: Uint8Array[], { body, sequences }: Forwarded): number {
  const sections = [KIND_BODY, body];
  for (const [field, documents] of sequences) {
    const name = Buffer.from(`${field}\0`);
    const size = documents.reduce((sum, document) => sum + document.length, 4 + name.length);
    const head = Buffer.alloc(5);
    head[0] = 1;
    head.writeInt32LE(size, 1);
    sections.push(head, name, ...documents);
  }
  buffers.push(...sections);
  return sections.reduce((sum, section) => sum + section.length, 0);
}
