import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';

/** A one-node replica set whose server can be killed and started again on the same data. */
export class KillableServer {
  readonly uri: string;
  readonly #command: readonly [string, readonly string[]];
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(command: readonly [string, readonly string[]], folder: string, port: number) {
    this.#command = command;
    this.#folder = folder;
    this.uri = `mongodb://127.0.0.1:${port}/argon_wal?replicaSet=kill`;
  }

  static async start(): Promise<KillableServer> {
    const binary = await findMongod();
    if (binary === undefined) throw new Error('There is no mongod on this machine.');
    const folder = await mkdtemp(join(tmpdir(), 'argon-killable-'));
    const port = await freePort();
    const where = ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'];
    const how = ['--replSet', 'kill', '--wiredTigerCacheSizeGB', '0.25', '--nounixsocket'];
    const server = new KillableServer([binary, [...where, ...how]], folder, port);
    server.run();
    const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await client.db('admin').command({ replSetInitiate: { _id: 'kill', members } });
    await client.close();
    return server;
  }

  run(): void {
    const [binary, args] = this.#command;
    this.#process = spawn(binary, args, { stdio: 'ignore' });
  }

  /** As a power cut would: nothing that is not on the disk survives. */
  async kill(): Promise<void> {
    const running = this.#process!;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}
