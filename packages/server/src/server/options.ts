import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { CommandHandler, WalEngine } from '@argon/engine';
import type { CompressorName } from '../compression/compressors';

/** Keys and certificates, as `node:tls` takes them. */
export type ServerTls = Pick<
  SecureContextOptions,
  'cert' | 'key' | 'ca' | 'pfx' | 'passphrase' | 'minVersion'
> &
  Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized'>;

export interface ArgonServerOptions {
  /** Answers commands: an `ArgonHandler`, or what else there is over one. Stays the caller's to close. */
  readonly handler: CommandHandler;
  /** Of the log in which users are kept. Stays the caller's to close. */
  readonly engine: WalEngine;
  /** Default 127.0.0.1. Any but a loopback address needs `auth`. */
  readonly host?: string;
  /** 0: any that is free. Default 27018. */
  readonly port?: number;
  /** Whether commands need a login. Default false. */
  readonly auth?: boolean;
  /** Only connections by TLS are taken. Default: only those without it. */
  readonly tls?: ServerTls;
  /** What clients are told to connect to, `host:port`, where that is not what they connected to: behind a proxy, in a container. */
  readonly advertise?: string;
  /** Compressors that are offered. Default: all. */
  readonly compressors?: readonly CompressorName[];
  /** Connections at once; more are turned away. Default 5,000. */
  readonly maxConnections?: number;
  /** Bytes of large messages (over 64 KiB) that all connections together may hold; who is beyond waits. Default 512 MiB. */
  readonly maxHeldBytes?: number;
  /** A connection that stands still in the middle of a message is ended, ms. Default 30,000. */
  readonly stallMs?: number;
  /** Where `/metrics` and `/healthz` are served, by HTTP. Default: nowhere. */
  readonly metrics?: { readonly host?: string; readonly port: number };
  /** Told of what happens to connections. Default: nobody is. */
  readonly log?: (event: ServerEvent) => void;
}

/** What may be of interest to somebody who looks after a server. */
export type ServerEvent =
  | { readonly event: 'connected' | 'disconnected'; readonly connectionId: number; readonly peer: string }
  | { readonly event: 'failed'; readonly connectionId: number; readonly peer: string; readonly error: Error }
  | { readonly event: 'turned-away'; readonly peer: string };
