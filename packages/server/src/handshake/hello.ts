import { Long, ObjectId, Timestamp, type Value } from '@argon/bson';
import { okReply, type Reply } from '@argon/engine';
import type { Peer } from '../connection/peer';
import { MAX_MESSAGE_BYTES } from '../message/header';

/** MongoDB 7.0's. */
const MAX_WIRE_VERSION = 21;
const SET_NAME = 'argon';
/** One primary that never changes: the first that was elected. */
const ELECTION = new ObjectId('7fffffff0000000000000001');
/** mongod's: how long a session may be idle, minutes. */
const SESSION_MINUTES = 30;
const MAX_BSON_BYTES = 16 * 1024 * 1024;
const MAX_WRITES = 100_000;

/** What clients are told of the server: a replica set of one node, which is its primary. */
export class Description {
  readonly #processId = new ObjectId();

  /** The version of the topology, which never changes while the process runs. */
  get topologyVersion(): Map<string, Value> {
    return new Map<string, Value>([
      ['processId', this.#processId],
      ['counter', Long.fromNumber(1)],
    ]);
  }

  /** Whether a client that has this version knows all there is. */
  isCurrent(topologyVersion: Value | undefined): boolean {
    if (!(topologyVersion instanceof Map)) return false;
    const process = topologyVersion.get('processId');
    return process instanceof ObjectId && process.equals(this.#processId);
  }

  /**
   * The reply to `hello` and its older names, in mongod's order.
   * @param primaryField `isWritablePrimary`, or `ismaster` of old
   * @param more what was asked for besides
   */
  reply(peer: Peer, primaryField: string, more: Readonly<Record<string, Value | undefined>>): Reply {
    const now = new Date();
    const me = peer.serverAddress;
    const at = new Map<string, Value>([
      ['ts', new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })],
      ['t', Long.fromNumber(1)],
    ]);
    const { helloOk, ...rest } = more;
    return okReply({
      helloOk,
      topologyVersion: this.topologyVersion,
      hosts: [me],
      setName: SET_NAME,
      setVersion: 1,
      [primaryField]: true,
      secondary: false,
      primary: me,
      me,
      electionId: ELECTION,
      lastWrite: new Map<string, Value>([
        ['opTime', at],
        ['lastWriteDate', now],
        ['majorityOpTime', at],
        ['majorityWriteDate', now],
      ]),
      maxBsonObjectSize: MAX_BSON_BYTES,
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      maxWriteBatchSize: MAX_WRITES,
      localTime: now,
      logicalSessionTimeoutMinutes: SESSION_MINUTES,
      connectionId: peer.connectionId,
      minWireVersion: 0,
      maxWireVersion: MAX_WIRE_VERSION,
      readOnly: false,
      ...rest,
    });
  }
}
