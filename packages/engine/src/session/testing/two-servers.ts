import {
  Binary,
  decodeDocument,
  encodeDocument,
  Long,
  Timestamp,
  type Doc,
  type DocumentLike,
  type Value,
} from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore } from '@argon/wal';
import { randomBytes } from 'node:crypto';
import { Command } from '../../handler/command';
import type { CommandContext } from '../../handler/contract';
import { WalEngine } from '../../handler/engine';
import { WireClient } from '../../update/testing/wire-client';

/** Sends a command and gives the reply as it compares: without times, and without what only mongod's replicas tell. */
export type Ask = (command: DocumentLike) => Promise<unknown>;

export interface TwoServers {
  /** Runs a script on both and gives what each answered, one line a command. */
  run(script: (ask: Ask, database: string) => Promise<void>): Promise<{ argon: string[]; mongod: string[] }>;
  close(): Promise<void>;
}

const DROPPED = new Set(['$clusterTime', 'operationTime', 'electionId', 'opTime', 'uuid', 'atClusterTime']);
let serial = 0;

/** Argon's engine and a mongod, spoken to alike. */
export async function twoServers(): Promise<TwoServers> {
  const store = await openStore('memory:');
  const engine = new WalEngine(store, new Materializer(store));
  const context: CommandContext = { connectionId: 1, actor: NOBODY };
  const client = await WireClient.open((await sharedMongod()).uri);
  const asks = {
    argon: async (command: DocumentLike) =>
      decodeDocument(encodeDocument((await engine.handle(Command.from(command), context)) as Doc)),
    mongod: (command: DocumentLike) => client.command(command),
  };
  return {
    run: async (script) => {
      const database = `sessions_${process.pid}_${++serial}`;
      const lines = { argon: [] as string[], mongod: [] as string[] };
      for (const side of ['argon', 'mongod'] as const) {
        const names = new Map<string, string>();
        await script(async (command) => {
          const fields = command as Record<string, unknown>;
          const reply = await asks[side]({ ...fields, $db: fields['$db'] ?? database });
          lines[side].push(`${Object.keys(fields)[0]} → ${show(reply, names)}`);
          return reply;
        }, database);
        await asks[side]({ dropDatabase: 1, $db: database });
      }
      return lines;
    },
    close: async () => {
      client.close();
      await engine.close();
      await store.close();
    },
  };
}

/** A session's name. */
export function newSession(): { id: Binary } {
  return { id: new Binary(randomBytes(16), Binary.SUBTYPE_UUID) };
}

/** A transaction's or write's number, as drivers send it. */
export function number(n: number): Long {
  return Long.fromNumber(n);
}

/** @param names what stands for names that no two runs share */
function show(value: unknown, names: Map<string, string>): string {
  if (value instanceof Map) {
    const fields = [...(value as Doc)].filter(([field]) => !DROPPED.has(field));
    // What a command answers is compared here; in which order, elsewhere.
    if (value.has('ok') || value.has('ns')) fields.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([field, inner]) => `${field}: ${showField(field, inner, names)}`).join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((inner) => show(inner, names)).join(', ')}]`;
  if (value instanceof Timestamp) return 'time';
  if (value instanceof Long) return `long ${value.toNumber() === 0 ? 0 : 'other'}`;
  if (typeof value === 'string') {
    return value
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => named(names, 'session', id))
      .replace(/cursor \d+/g, 'cursor N')
      .replace(/Timestamp\(\d+, \d+\)/g, 'time');
  }
  return JSON.stringify(value) ?? String(value);
}

/** What mongod says of its own makings. */
function showField(field: string, value: Value, names: Map<string, string>): string {
  const text = show(value, names);
  if (field !== 'errmsg') return text;
  return text
    .replace(
      /^findAndModify retry request: .* is not compatible(.*of type: .),.*$/,
      'findAndModify retry request is not compatible$1',
    )
    .replace(/ Write command: .*$/, '')
    .replace(/ Statement ids: .*$/, '')
    .replace(/ Got \{ stmtId: .*$/, '')
    .replace(/^(WiredTigerIdIndge|WiredTigerIdIndex).* :: caused by :: /, '');
}

function named(names: Map<string, string>, kind: string, id: string): string {
  const known = names.get(id);
  if (known !== undefined) return known;
  const name = `${kind} ${names.size + 1}`;
  names.set(id, name);
  return name;
}
