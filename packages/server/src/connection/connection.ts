import type { Socket } from 'node:net';
import { encodeDocument, makeDouble, type Doc, type Value } from '@argon/bson';
import { Command, CommandError, errorReply, type Reply } from '@argon/engine';
import type { Compressor } from '../compression/compressor';
import type { Compressors } from '../compression/compressors';
import { ProtocolError } from '../message/errors';
import { OPCODES, readHeader, type MessageIds } from '../message/header';
import { pack, unpack } from '../message/op-compressed';
import { checkDocument, readCommand, readFrame, writeMessage } from '../message/op-msg';
import { readQuery, writeReply } from '../message/op-query';
import { MessageSplitter } from '../message/splitter';
import type { Allowance } from './allowance';
import { isHello, type Front } from './front';
import type { Peer } from './peer';

/** A message up to this long is read whatever others hold, bytes. */
const SMALL_MESSAGE = 64 * 1024;

const UPGRADE =
  'The client driver may require an upgrade. For more details see https://dochub.mongodb.org/core/legacy-opcode-removal';

export interface ConnectionParts {
  readonly front: Front;
  readonly compressors: Compressors;
  readonly ids: MessageIds;
  /** What all connections together may hold of large messages. */
  readonly allowance: Allowance;
  /** What a message may be at most, bytes, of somebody who has not logged in and of anybody else. */
  readonly maxBytes: (peer: Peer) => number;
  /** How long a message that has begun may make no progress, and a reply may find nobody who reads it, ms. */
  readonly stallMs: number;
  readonly counted: (direction: 'in' | 'out', bytes: number) => void;
  /** The connection is over; with an error if that is why. */
  readonly ended: (error: Error | undefined) => void;
}

/** One client's connection: messages in, one after the other, replies out. */
export class Connection {
  readonly #splitter: MessageSplitter;
  #isBusy = false;
  /** Bytes of the allowance that the message which is coming in, or being answered, has. */
  #held = 0;
  #isWaiting = false;
  #isClosing = false;
  #isEnded = false;

  constructor(
    private readonly socket: Socket,
    readonly peer: Peer,
    private readonly parts: ConnectionParts,
  ) {
    this.#splitter = new MessageSplitter(() => parts.maxBytes(peer));
    peer.connected(() => this.#end(undefined));
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('timeout', () => this.#stalled());
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(undefined));
  }

  /** Answers what is under way, and takes nothing more. */
  finish(): void {
    this.#isClosing = true;
    if (!this.#isBusy) this.socket.end(() => this.socket.destroy());
  }

  /** Ends at once. */
  destroy(error?: Error): void {
    this.#end(error);
  }

  #received(chunk: Buffer): void {
    this.parts.counted('in', chunk.length);
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      this.#end(error as Error);
      return;
    }
    if (this.#isBusy) {
      // One message is answered at a time; what comes meanwhile waits with the sender.
      if (this.#splitter.buffered > SMALL_MESSAGE) this.socket.pause();
      return;
    }
    void this.#work();
  }

  /** Answers what has come, until nothing is left that is whole. */
  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (;;) {
        if (this.#isEnded || this.#isClosing) break;
        const message = this.#splitter.next();
        if (message === undefined) break;
        await this.#answer(message);
        this.#release();
      }
    } catch (error) {
      this.#end(error as Error);
      return;
    }
    this.#isBusy = false;
    if (this.#isClosing) this.finish();
    else if (!this.#isEnded) this.#listen();
  }

  /** Goes on reading: a large message only when there is room for it. */
  #listen(): void {
    const { expected } = this.#splitter;
    if (expected > SMALL_MESSAGE && this.#held === 0 && !this.#isWaiting) {
      const granted = this.parts.allowance.take(expected);
      if (granted !== undefined) {
        this.#isWaiting = true;
        this.socket.pause();
        void granted.then(() => this.#granted(expected));
        return;
      }
      this.#held = expected;
    }
    this.socket.setTimeout(this.#splitter.buffered > 0 ? this.parts.stallMs : 0);
    if (!this.#isWaiting) this.socket.resume();
  }

  #granted(bytes: number): void {
    this.#isWaiting = false;
    if (this.#isEnded) this.parts.allowance.give(bytes);
    else {
      this.#held = bytes;
      this.#listen();
    }
  }

  #release(): void {
    if (this.#held > 0) this.parts.allowance.give(this.#held);
    this.#held = 0;
  }

  async #answer(message: Buffer, compressor?: Compressor): Promise<void> {
    const { opcode, requestId } = readHeader(message);
    switch (opcode) {
      case OPCODES.message:
        return this.#answerMessage(message, requestId, compressor);
      case OPCODES.compressed: {
        const { compressors, maxBytes } = this.parts;
        const unpacked = await unpack(message, compressors, maxBytes(this.peer));
        return this.#answer(unpacked.message, unpacked.compressor);
      }
      case OPCODES.query:
        return this.#answerQuery(message, requestId);
      default:
        throw new ProtocolError(`a message of opcode ${opcode}`);
    }
  }

  async #answerMessage(message: Buffer, requestId: number, compressor?: Compressor): Promise<void> {
    const frame = readFrame(message);
    const { front, ids } = this.parts;
    let command: Command | undefined;
    let refusal: Reply | undefined;
    try {
      command = readCommand(frame.sections);
    } catch (error) {
      refusal = errorReply(error);
    }
    let responseTo = requestId;
    for (let isRepeated = false; ; isRepeated = true) {
      const reply = refusal ?? (await front.answer(command!, this.peer, isRepeated));
      if (frame.moreToCome || this.#isEnded) return;
      const goesOn = frame.exhaustAllowed && command !== undefined && front.goesOn(command, reply);
      const id = ids.next();
      const pieces = writeMessage(encodeDocument(reply as Doc), {
        requestId: id,
        responseTo,
        moreToCome: goesOn,
        withChecksum: frame.hasChecksum,
      });
      const written = this.#write(compressor === undefined ? pieces : [await pack(pieces, compressor)]);
      if (written !== undefined) await written;
      if (!goesOn || this.#isEnded) return;
      responseTo = id;
    }
  }

  async #answerQuery(message: Buffer, requestId: number): Promise<void> {
    const query = readQuery(message);
    const ids = { requestId: this.parts.ids.next(), responseTo: requestId };
    if (!query.isCommand) {
      const failed = new Map<string, Value>([
        ['$err', `OP_QUERY is no longer supported. ${UPGRADE}`],
        ['code', 5739101],
        ['ok', makeDouble(0)],
      ]);
      await this.#write([writeReply(encodeDocument(failed), ids, true)]);
      return;
    }
    const reply = await this.#queryReply(query.document, query.database);
    await this.#write([writeReply(encodeDocument(reply as Doc), ids, false)]);
  }

  async #queryReply(document: Buffer, database: string): Promise<Reply> {
    try {
      checkDocument(document);
      const command = Command.fromBytes(document, undefined, database);
      if (!isHello(command.name)) {
        throw new CommandError(
          'UnsupportedOpQueryCommand',
          `Unsupported OP_QUERY command: ${command.name}. ${UPGRADE}`,
        );
      }
      return await this.parts.front.answer(command, this.peer);
    } catch (error) {
      return errorReply(error);
    }
  }

  /** Undefined when the system has taken it; else when it has, so that replies nobody reads do not pile up. */
  #write(pieces: readonly Uint8Array[]): undefined | Promise<void> {
    const { socket } = this;
    if (this.#isEnded) return undefined;
    let isTaken = true;
    if (pieces.length > 1) socket.cork();
    for (const piece of pieces) {
      this.parts.counted('out', piece.length);
      isTaken = socket.write(piece);
    }
    if (pieces.length > 1) socket.uncork();
    if (isTaken) return undefined;
    socket.setTimeout(this.parts.stallMs);
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done);
        socket.off('close', done);
        socket.setTimeout(0);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }

  #stalled(): void {
    if (this.#isWaiting) return;
    this.#end(new ProtocolError(`nothing for ${this.parts.stallMs} ms in the middle of a message`));
  }

  #end(error: Error | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#release();
    this.socket.destroy();
    this.peer.left();
    this.parts.ended(error);
  }
}
