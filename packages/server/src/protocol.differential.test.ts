import { encodeDocument, Long, ObjectId, type DocumentLike } from '@argon/bson';
import { sharedMongod } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message, opMsg, opQuery, RawClient, sequence } from './testing/raw-client';
import { serve, type Served } from './testing/serve';

const PING = { ping: 1, $db: 'admin' };
const EXHAUST = 1 << 16;
const client = (name: string) => ({ driver: { name, version: '1' }, os: { type: 'x' } });
const nested = (levels: number): DocumentLike => (levels === 0 ? {} : { a: nested(levels - 1) });

/** The same bytes with some of them changed. */
function changed(document: DocumentLike, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(encodeDocument(document));
  change(bytes);
  return bytes;
}

const wrongSum = opMsg(PING, { flags: 1, checksum: true });
wrongSum[wrongSum.length - 1] = wrongSum.at(-1)! ^ 1;

const awaited = {
  hello: 1,
  topologyVersion: { processId: new ObjectId('000000000000000000000000'), counter: Long.fromNumber(0) },
  maxAwaitTimeMS: 20,
  $db: 'admin',
};

/** Whatever is sent, and how many replies come of it. */
const CASES: readonly (readonly [name: string, bytes: Buffer, replies?: number])[] = [
  ['a ping', opMsg(PING)],
  ['a checksum, which the reply has then too', opMsg(PING, { flags: 1, checksum: true })],
  ['a wrong checksum', wrongSum],
  ['a flag that must be known, and is not', opMsg(PING, { flags: 1 << 5 })],
  ['a flag that need not be known', opMsg(PING, { flags: 1 << 20 })],
  ['two requests, of which one wants no reply', Buffer.concat([opMsg(PING, { flags: 2 }), opMsg(PING)])],
  ['requests in one piece, answered in order', Buffer.concat([opMsg(PING), opMsg({ no: 1, $db: 'a' })]), 2],
  ['OP_MSG of an unknown kind of message', message(2010, Buffer.alloc(20))],
  ['OP_INSERT', message(2002, Buffer.concat([Buffer.alloc(4), Buffer.from('a.b\0'), encodeDocument({})]))],
  ['OP_QUERY of a collection', opQuery('a.b', { a: 1 })],
  ['OP_QUERY with isMaster', opQuery('admin.$cmd', { isMaster: 1 })],
  ['OP_QUERY with hello', opQuery('admin.$cmd', { hello: 1 })],
  ['OP_QUERY with another command', opQuery('admin.$cmd', { ping: 1 })],
  ['a length that is less than a header', Buffer.from([10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0])],
  ['a length that is too much', Buffer.from([0, 0, 0, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0])],
  ['a negative length', Buffer.from([0, 0, 0, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0])],
  ['OP_MSG without a body', message(2013, Buffer.alloc(4))],
  ['OP_MSG without flags', message(2013, Buffer.alloc(2))],
  [
    'a section of an unknown kind',
    message(2013, Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), encodeDocument(PING)])),
  ],
  ['two bodies', opMsg(PING, { more: Buffer.concat([Buffer.from([0]), encodeDocument(PING)]) })],
  ['an unknown type', opMsg(changed(PING, (bytes) => bytes.writeUInt8(0x55, 4)))],
  ['a document that is cut short', opMsg(encodeDocument(PING).subarray(0, -3))],
  [
    'a string that is longer than its document',
    opMsg(
      changed({ insert: 'x', documents: [{ a: 'hello' }], $db: 't' }, (bytes) =>
        bytes.writeInt32LE(50, bytes.indexOf('hello') - 4),
      ),
    ),
  ],
  ['no database', opMsg({ ping: 1 })],
  ['a database that is no string', opMsg({ ping: 1, $db: 1 })],
  ['an empty database', opMsg({ ping: 1, $db: '' })],
  ['no command', opMsg({ $db: 'a' })],
  ['an empty document', opMsg({})],
  ['an unknown command', opMsg({ foo: 1, $db: 'a' })],
  ['too many levels', opMsg({ insert: 'x', documents: [nested(250)], $db: 't' })],
  ['many levels', opMsg({ insert: 'x', documents: [nested(150)], $db: 't' })],
  [
    'a field and a sequence of one name',
    opMsg({ insert: 'x', documents: [], $db: 't' }, { more: sequence('documents', { a: 1 }) }),
  ],
  ['an unknown sequence', opMsg({ insert: 'x', $db: 't' }, { more: sequence('foobars', { a: 1 }) })],
  ['compressed without agreement', message(2012, Buffer.from([0xdd, 7, 0, 0, 5, 0, 0, 0, 2, 1, 2, 3]))],
  [
    'what compressors are agreed on',
    opMsg({ hello: 1, compression: ['zlib', 'foo', 'snappy', 'zstd'], $db: 'admin' }),
  ],
  [
    'a client that describes itself twice',
    Buffer.concat([
      opMsg({ hello: 1, client: client('a'), $db: 'admin' }),
      opMsg({ hello: 1, client: client('b'), $db: 'admin' }),
    ]),
    2,
  ],
  ['a client that says too little', opMsg({ hello: 1, client: { a: 1 }, $db: 'admin' })],
  [
    'a login by an unknown mechanism',
    opMsg({ saslStart: 1, mechanism: 'PLAIN', payload: Buffer.from('x'), $db: 'admin' }),
  ],
  [
    'a login that goes on before it began',
    opMsg({ saslContinue: 1, conversationId: 1, payload: Buffer.from('x'), $db: 'admin' }),
  ],
  ['logging out', opMsg({ logout: 1, $db: 'admin' })],
  ['hello that may be answered again and again', opMsg(awaited, { flags: EXHAUST }), 4],
  ['hello that waits for nothing', opMsg({ hello: 1, maxAwaitTimeMS: 10, $db: 'admin' })],
];

describe('what is sent is answered as mongod answers it', () => {
  let served: Served;
  let mongodPort: number;
  beforeAll(async () => {
    served = await serve();
    mongodPort = Number(new URL((await sharedMongod()).uri).port);
  });
  afterAll(() => served.close());

  const talk = async (port: number, bytes: Buffer, replies: number) => {
    const raw = await RawClient.connect(port);
    raw.send(bytes);
    const answers = (await raw.replied(replies)).slice(0, replies);
    raw.close();
    // Ids are numbered by the server, but who answers what is the same.
    const ids = answers.map(({ requestId }) => requestId);
    return answers.map(({ opcode, flags, responseTo, document }) => ({
      opcode,
      flags,
      to: ids.includes(responseTo) ? `reply ${ids.indexOf(responseTo)}` : responseTo,
      ok: document.get('ok'),
      code: document.get('code'),
      codeName: document.get('codeName'),
      error: document.get('$err'),
      compression: document.get('compression'),
      ismaster: document.get('ismaster'),
      isWritablePrimary: document.get('isWritablePrimary'),
    }));
  };

  it.each(CASES.map(([name, bytes, replies = 1]) => ({ name, bytes, replies })))(
    '$name',
    async ({ bytes, replies }) => {
      expect(await talk(served.server.port, bytes, replies)).toEqual(await talk(mongodPort, bytes, replies));
    },
  );
});
