import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisNotFoundError } from './errors';
import { findRedis } from './find';

/** A running redis-server. */
export interface RedisServer {
  /** `redis://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it at once; what it held is gone. It can be started again on the same port. */
  kill(): Promise<void>;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

export interface StartRedisOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** More command-line arguments, such as `--maxmemory 1mb`. */
  readonly args?: readonly string[];
}

const STARTUP_MS = 20_000;
const running = new Set<ChildProcess>();

/** Ends the server ($2) when the process that started it ($1) is no more, however that ended. */
const WATCHDOG = 'while kill -0 $1; do kill -0 $2 || exit; sleep 1; done; kill -9 $2';

/**
 * Starts a redis-server on loopback that keeps nothing on disk. It ends with this process.
 *
 * @throws {RedisNotFoundError} if there is none on this machine
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const binary = await findRedis();
  if (binary === undefined) throw new RedisNotFoundError();
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'argon-redis-'));
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const child = spawn(binary, [...where, '--save', '', '--appendonly', 'no', ...(options.args ?? [])], {
    stdio: 'ignore',
  });
  running.add(child);
  spawn('sh', ['-c', WATCHDOG, 'sh', String(process.pid), String(child.pid)], {
    stdio: 'ignore',
    detached: true,
  }).unref();
  const ended = once(child, 'exit').then(() => void running.delete(child));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(port, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, port, pid: child.pid!, kill, stop };
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Waits until it answers a PING. */
async function answering(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + STARTUP_MS;
  while (!(await ping(port))) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}.`);
    if (Date.now() > deadline) throw new Error('redis-server does not answer.');
    await sleep(20);
  }
}

function ping(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const done = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once('data', (reply) => done(reply.toString().startsWith('+PONG')));
    socket.once('error', () => done(false));
  });
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
