import { connect, type Socket } from 'node:net';
import { encodeDocument } from '@argon/bson';
import { ServedStore } from '../subjects/served';
import type { Scenario } from './scenario';

const CONNECTIONS = 2_000;
const KIB = 1024;
const OP_MSG = 2013;

/** What it costs to be connected. */
export const idleConnectionsScenario: Scenario = {
  name: 'idle-connections',
  title: 'Memory of a connection that does nothing',
  about: `${CONNECTIONS.toLocaleString('en')} connections to a server, each of which has described itself as drivers do, sent one more command, and is left alone. What the server's process holds more than before, divided by their number: after a collection, by V8's own count (heap and buffers), and all that is resident.`,
  stores: ['lmdb'],
  sizes: { lmdb: [1_000] },
  run: async (bench) => {
    const served = await ServedStore.start(await bench.filledAddress());
    bench.finally(() => served.stop());
    const { hostname, port } = new URL(served.uri);
    const sockets: Socket[] = [];
    bench.finally(async () => sockets.forEach((socket) => socket.destroy()));
    const count = bench.quick ? CONNECTIONS / 10 : CONNECTIONS;
    const add = async (): Promise<void> => void sockets.push(await idleConnection(hostname, Number(port)));
    // What the first of them load stays loaded.
    for (let i = 0; i < 50; i++) await add();
    const before = await served.memory();
    for (let i = 0; i < count; i++) await add();
    const after = await served.memory();
    const target = { most: 50 * KIB };
    bench.value('heap and buffers', 'bytes', (after.heapBytes - before.heapBytes) / count, { target });
    bench.value('resident', 'bytes', (after.residentBytes - before.residentBytes) / count, { target });
  },
};

async function idleConnection(host: string, port: number): Promise<Socket> {
  const socket = connect(port, host);
  const client = {
    driver: { name: 'nodejs', version: '7.9.0' },
    os: { type: 'Linux', name: 'linux', architecture: 'x64', version: '6.1' },
    platform: 'Node.js v20.0.0, LE',
    application: { name: 'an application' },
  };
  await answered(socket, { hello: 1, client, compression: ['zlib'], $db: 'admin' });
  await answered(socket, { ping: 1, $db: 'admin' });
  return socket;
}

/** Sends an OP_MSG, and waits for whatever comes back. */
async function answered(socket: Socket, command: Record<string, unknown>): Promise<void> {
  const document = encodeDocument(command);
  const head = Buffer.alloc(21);
  [head.length + document.length, 1, 0, OP_MSG].forEach((number, i) => head.writeInt32LE(number, 4 * i));
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve());
    socket.once('error', reject);
    socket.write(Buffer.concat([head, document]));
  });
}
