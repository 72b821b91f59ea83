import { Binary, bsonTypeName, encodeDocument, Long, RawDocument, Timestamp, type Value } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { CommandError } from '../handler/errors';
import { operationTime } from './operation-time';

/** {clusterTime, signature: {hash, keyId}} as a server without keys has it; the time is filled in. */
const TEMPLATE = encodeDocument(
  new Map<string, Value>([
    ['clusterTime', new Timestamp({ t: 0, i: 0 })],
    [
      'signature',
      new Map<string, Value>([
        ['hash', new Binary(Buffer.alloc(20))],
        ['keyId', Long.ZERO],
      ]),
    ],
  ]),
);
const TIME_AT = 17;
const TIMESTAMP = 17;
/** Of `clusterTime`. */
const LAST_LETTER = 0x65;
/** Where `signature` begins, a document, and with which letter. */
const SIGNATURE_AT = TIME_AT + 8;
const DOCUMENT = 3;
const FIRST_LETTER = 0x73;
/** A time further ahead than this is no clock's, seconds. */
const MAX_AHEAD = 365 * 24 * 60 * 60;

/**
 * What time it is in the cluster, of which this process is a member: that of the newest commit it knows on any branch, or
 * one that a client brings along from another member.
 */
export class ClusterClock {
  #lsn: Lsn = 0;
  #second = 0;
  #operation = new Timestamp({ t: 0, i: 0 });
  #brought: Timestamp | undefined;
  #encoded: RawDocument | undefined;

  /** A branch has come so far: the LSN and time (ms) of its newest commit. */
  seen(head: { readonly lsn: Lsn; readonly timestamp: number }): void {
    const { lsn } = head;
    if (lsn === this.#lsn) return;
    const second = Math.floor(head.timestamp / 1000);
    if (second < this.#second || (second === this.#second && lsn < this.#lsn)) return;
    this.#lsn = lsn;
    this.#second = second;
    this.#operation = operationTime(head);
    this.#encoded = undefined;
  }

  /** The time of the newest commit. */
  get operationTime(): Timestamp {
    return this.#operation;
  }

  /** The newest time that is known. */
  get now(): Timestamp {
    const brought = this.#brought;
    return brought !== undefined && brought.comp(this.#operation) > 0 ? brought : this.#operation;
  }

  /** `$clusterTime` of a reply. */
  get clusterTime(): RawDocument {
    if (this.#encoded !== undefined) return this.#encoded;
    const bytes = Buffer.from(TEMPLATE);
    const { t, i } = this.now;
    bytes.writeUInt32LE(i, TIME_AT);
    bytes.writeUInt32LE(t, TIME_AT + 4);
    return (this.#encoded = new RawDocument(bytes));
  }

  /** Whether a `$clusterTime` is, as nearly always, one that is known: told by its bytes. */
  isKnown(bytes: Uint8Array): boolean {
    if (bytes.length < SIGNATURE_AT + 2 || bytes[4] !== TIMESTAMP || bytes[TIME_AT - 2] !== LAST_LETTER) {
      return false;
    }
    if (bytes[SIGNATURE_AT] !== DOCUMENT || bytes[SIGNATURE_AT + 1] !== FIRST_LETTER) return false;
    const { t, i } = this.now;
    const second = u32(bytes, TIME_AT + 4);
    return second < t || (second === t && u32(bytes, TIME_AT) <= i);
  }

  /** A client tells what time it heard of. @throws CommandError for what is no time, or none that can be */
  bring(given: Value): void {
    if (!(given instanceof Map)) {
      throw new CommandError(10065, 'invalid parameter: expected an object ($clusterTime)');
    }
    const time = given.get('clusterTime');
    if (time === undefined) throw new CommandError('NoSuchKey', 'Missing expected field "clusterTime"');
    if (!(time instanceof Timestamp)) {
      throw new CommandError(
        'TypeMismatch',
        `"clusterTime" had the wrong type. Expected timestamp, found ${bsonTypeName(time)}`,
      );
    }
    if (!given.has('signature')) throw new CommandError('NoSuchKey', 'Missing expected field "signature"');
    if (time.comp(this.now) <= 0) return;
    const seconds = Math.floor(Date.now() / 1000);
    if (time.t > seconds + MAX_AHEAD) {
      throw new CommandError(
        'ClusterTimeFailsRateLimiter',
        `New $clusterTime, ${time.t}, is too far from this node's wall clock time, ${seconds}.`,
      );
    }
    this.#brought = time;
    this.#encoded = undefined;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
