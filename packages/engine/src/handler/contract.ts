import type { Doc, RawDocument, Value } from '@argon/bson';
import type { Actor } from '@argon/wal';

/**
 * A MongoDB command document, read lazily: bulk payloads stay in bytes. Made by `Command.fromBytes` (a wire message's
 * body and document sequences) or `Command.from` (a document in JavaScript).
 */
export interface CommandDocument {
  /** The first field's name, as sent: `find`, `insert`, … */
  readonly name: string;
  /** `$db`. */
  readonly database: string;
  has(field: string): boolean;
  /** Top-level field names in order, document sequences included. */
  fields(): readonly string[];
  /** The decoded value of a top-level field; undefined if absent. */
  get(field: string): Value | undefined;
  /** A top-level document in bytes. */
  raw(field: string): Uint8Array | undefined;
  /** An array of documents (or the document sequence of that name) in bytes, without decoding them. */
  rawArray(field: string): readonly Uint8Array[] | undefined;
  /** The whole command, decoded, document sequences folded in as arrays. */
  toDocument(): Doc;
  /** The whole command in bytes, document sequences folded in. */
  toBytes(): Uint8Array;
}

/** Who asks: one per connection. */
export interface CommandContext {
  readonly connectionId: number;
  readonly actor: Actor;
  /** Who is logged in, where several may have one name: `ann@shop`. Default: the actor's user. */
  readonly account?: string;
  /** It may close cursors of others. */
  readonly mayKillAnyCursor?: boolean;
  /** Where the client is, `host:port`; absent for one in this process. */
  readonly client?: string;
  /**
   * The client lives in this process, and its sessions with it: no other process will hear of them, so nothing of them
   * goes into the log.
   */
  readonly isLocal?: boolean;
  /** Ends the connection without a reply, where there is one to end: a fail point asks for it. */
  readonly hangUp?: () => void;
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal;
}

/** A reply document: field order is the reply's; a RawDocument is copied verbatim. Always has `ok`. */
export type Reply = ReadonlyMap<string, Value | RawDocument | readonly (Value | RawDocument)[]>;

/**
 * The one interface at which everything meets: takes and returns MongoDB command documents. An error the client
 * should see is a reply `{ok: 0, errmsg, code, codeName}`; `handle` rejects only when the handler itself is broken.
 */
export interface CommandHandler {
  handle(command: CommandDocument, context: CommandContext): Promise<Reply>;
  /** The connection is gone: its cursors and sessions end. */
  disconnected?(connectionId: number): void;
  close(): Promise<void>;
}
