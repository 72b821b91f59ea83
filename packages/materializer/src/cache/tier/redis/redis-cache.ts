import { createClient, RESP_TYPES, type RedisClientOptions } from 'redis';
import type { SharedCache, SharedEntry } from '../shared-cache';

export interface RedisCacheOptions {
  /** How long a value is kept after it was written, seconds. Default one day. */
  readonly ttlSeconds?: number;
  /** What all keys begin with. Default `argon:`. */
  readonly keyPrefix?: string;
  /** More options for the `redis` package's client (TLS, database, …). */
  readonly client?: Omit<RedisClientOptions, 'url' | 'modules' | 'functions' | 'scripts' | 'RESP'>;
}

const DAY_SECONDS = 86_400;
const CONNECT_MS = 2000;
const LONGEST_PAUSE_MS = 5000;
/** Commands that may be on their way; more are refused at once. */
const MAX_COMMANDS = 10_000;

/** Buffers, not texts. */
const AS_BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer } as const;

function connectionTo(url: string, options: RedisClientOptions) {
  const client = createClient({
    commandsQueueMaxLength: MAX_COMMANDS,
    ...options,
    url,
    // While there is no connection commands fail at once, and it is made again in the background.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 10), LONGEST_PAUSE_MS),
      ...options.socket,
    } as NonNullable<RedisClientOptions['socket']>,
  });
  // Each failure also shows in the call that it makes fail; without a listener it would end the process.
  client.on('error', () => undefined);
  client.connect().catch(() => undefined);
  return { client, bytes: client.withTypeMapping(AS_BYTES) };
}

/**
 * A Redis (or Valkey) server as a shared cache. Give it a `maxmemory` and an eviction policy such as `allkeys-lru`. It need
 * not run, now or ever: the connection is made in the background, and made again when it is lost.
 *
 * @example
 * const tier = new SharedTier(new RedisCache('redis://127.0.0.1:6379'));
 */
export class RedisCache implements SharedCache {
  readonly #connection: ReturnType<typeof connectionTo>;
  readonly #prefix: string;
  readonly #ttlSeconds: number;

  /** @param url `redis://user:password@host:6379/0`, or `rediss://…` with TLS */
  constructor(url: string, options: RedisCacheOptions = {}) {
    this.#prefix = options.keyPrefix ?? 'argon:';
    this.#ttlSeconds = options.ttlSeconds ?? DAY_SECONDS;
    this.#connection = connectionTo(url, options.client ?? {});
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values = await this.#connection.bytes.mGet(keys.map((key) => this.#prefix + key));
    return values.map((value) => value ?? undefined);
  }

  async setMany(entries: readonly SharedEntry[]): Promise<void> {
    const expiration = { type: 'EX', value: this.#ttlSeconds } as const;
    // All in one go: commands that are given in one turn share a packet.
    const outcomes = await Promise.allSettled(
      entries.map(({ key, value: { buffer, byteOffset, byteLength } }) =>
        this.#connection.client.set(this.#prefix + key, Buffer.from(buffer, byteOffset, byteLength), {
          expiration,
        }),
      ),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async close(): Promise<void> {
    this.#connection.client.destroy();
  }
}
