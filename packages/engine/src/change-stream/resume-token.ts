import { Timestamp, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { type Place } from './place';

/**
 * Where a stream goes on: after an event, or (between events) after everything up to a moment. It names places in the log,
 * so it is good for as long as the log keeps them.
 */
export interface ResumeToken {
  readonly clusterTime: Timestamp;
  /** The branch whose log the place is in; 0: its project does not exist yet. */
  readonly branchId: number;
  readonly place: Place;
  /** Which part of a split event, from 0; undefined: the event is whole, or this is its last part. */
  readonly fragment?: number;
  /**
   * Of a stream over all branches, in a store whose LSNs do not tell the order of commits: how far it has come on branches
   * that had commits lately. Everything else is delivered up to `floor`, ms.
   */
  readonly reached?: Reached;
}

export interface Reached {
  readonly floor: number;
  /** Branch → the last commit whose events are delivered. */
  readonly branches: ReadonlyMap<number, number>;
}

/*
 * A token's `_data` are hexadecimal digits, which sort as the events do, of these bytes (numbers: the highest byte first):
 *
 *   0 the byte 0x82, as every token of mongod's begins
 *   1 u32, u32: the cluster time
 *   9 u8: the format, 0xA0; drivers compare and keep tokens, nobody else reads them
 *  10 u56: LSN of the commit      17 u56: LSN of the entry     24 u32: number of the event
 *  28 u8: 1 an invalidate event   29 u16: 0, or the number of the fragment, from 1
 *  31 u56: the branch
 *  38 the rest, of streams over all branches: u56 floor, then u56 branch and u56 LSN for each
 *     the byte 0x04
 */
const FIRST = 0x82;
const FORMAT = 0xa0;
const LAST = 0x04;
const FIXED = 38;
const U56 = 7;

/** The `_id` of an event. */
export function tokenDocument(token: ResumeToken): Doc {
  return new Map([['_data', tokenText(token)]]);
}

export function tokenText({ clusterTime, branchId, place, fragment, reached }: ResumeToken): string {
  const rest = reached === undefined ? 0 : U56 + reached.branches.size * 2 * U56;
  const bytes = Buffer.alloc(FIXED + rest + 1);
  bytes[0] = FIRST;
  bytes.writeUInt32BE(clusterTime.t, 1);
  bytes.writeUInt32BE(clusterTime.i, 5);
  bytes[9] = FORMAT;
  writeU56(bytes, place.lsn, 10);
  writeU56(bytes, place.at, 17);
  bytes.writeUInt32BE(place.number, 24);
  bytes[28] = place.isInvalidate ? 1 : 0;
  bytes.writeUInt16BE(fragment === undefined ? 0 : fragment + 1, 29);
  writeU56(bytes, branchId, 31);
  let at = FIXED;
  if (reached !== undefined) {
    at = writeU56(bytes, reached.floor, at);
    for (const [branch, lsn] of reached.branches) at = writeU56(bytes, lsn, writeU56(bytes, branch, at));
  }
  bytes[at] = LAST;
  return bytes.toString('hex').toUpperCase();
}

/** @throws CommandError for what is no token, or one of another server */
export function readToken(document: Doc): ResumeToken {
  const data = document.get('_data');
  if (typeof data !== 'string') {
    throw new CommandError(
      40647,
      `Bad resume token: _data of missing or of wrong type. Expected string, got ${shown(document)}`,
    );
  }
  if (data === '') throw new CommandError(40649, 'invalid empty resume token');
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(data))
    throw new CommandError('FailedToParse', 'resume token string was not a valid hex string');
  const bytes = Buffer.from(data, 'hex');
  const rest = bytes.length - FIXED - 1;
  const isOurs = rest >= 0 && bytes[0] === FIRST && bytes[9] === FORMAT && bytes.at(-1) === LAST;
  if (!isOurs || (rest > 0 && (rest - U56) % (2 * U56) !== 0)) {
    throw new CommandError(
      'InvalidResumeToken',
      `The resume token is none of Argon's: {_data: "${data}"}. Streams go on with tokens of the same store; begin a new one`,
    );
  }
  const fragment = bytes.readUInt16BE(29);
  return {
    clusterTime: new Timestamp({ t: bytes.readUInt32BE(1), i: bytes.readUInt32BE(5) }),
    branchId: readU56(bytes, 31),
    place: {
      lsn: readU56(bytes, 10),
      at: readU56(bytes, 17),
      number: bytes.readUInt32BE(24),
      isInvalidate: bytes[28] === 1,
    },
    ...(fragment === 0 ? {} : { fragment: fragment - 1 }),
    ...(rest === 0 ? {} : { reached: readReached(bytes) }),
  };
}

function readReached(bytes: Buffer): Reached {
  const branches = new Map<number, number>();
  for (let at = FIXED + U56; at < bytes.length - 1; at += 2 * U56)
    branches.set(readU56(bytes, at), readU56(bytes, at + U56));
  return { floor: readU56(bytes, FIXED), branches };
}

function writeU56(bytes: Buffer, value: number, at: number): number {
  bytes.writeUIntBE(Math.floor(value / 2 ** 32), at, 3);
  bytes.writeUInt32BE(value % 2 ** 32, at + 3);
  return at + U56;
}

function readU56(bytes: Buffer, at: number): number {
  return bytes.readUIntBE(at, 3) * 2 ** 32 + bytes.readUInt32BE(at + 3);
}

function shown(document: Doc): string {
  const fields = [...document].map(([name, value]) => `${name}: ${text(value)}`);
  return `{${fields.join(', ')}}`;
}

function text(value: Value): string {
  if (value instanceof Map) return shown(value);
  return typeof value === 'object' && value !== null ? 'Object' : JSON.stringify(value);
}
