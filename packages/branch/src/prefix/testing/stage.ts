import {
  encodeDocument,
  decodeDocument,
  stringifyEjson,
  fromDoc,
  UUID,
  type Doc,
  type Value,
} from '@argon/bson';
import { Command, type Reply } from '@argon/engine';
import { NOBODY } from '@argon/wal';
import { LegacyDatabase } from '../connection/legacy-database';
import { PrefixHandler } from '../handler/prefix-handler';
import { replyOf } from '../reply/shown-reply';
import { BranchDirectory } from '../service/branch-directory';

let serial = 0;

/** A legacy database with branches main, feature and feature_x, and a plain database beside it, in one mongod. */
export interface PrefixStage {
  readonly project: string;
  readonly legacy: LegacyDatabase;
  readonly directory: BranchDirectory;
  readonly handler: PrefixHandler;
  /** Runs a command on the plain database or on branch `feature`; the reply as text, without what depends on chance. */
  plain(command: Readonly<Record<string, unknown>>): Promise<Seen>;
  branch(command: Readonly<Record<string, unknown>>, branch?: string): Promise<Seen>;
  close(): Promise<void>;
}

/** A reply, and its text for comparison. */
export interface Seen {
  readonly reply: Record<string, unknown>;
  readonly text: string;
}

/** Times, ids and sizes that no two servers, databases or moments have in common. */
const BY_CHANCE =
  /^(cursorsKilled|slotBasedPlan|electionId|opTime|uuid|serverInfo|queryHash|planCacheKey|executionTimeMillis.*|atClusterTime|id|_data|clusterTime|wallTime|resumeToken|host|localTime|creationString|uri|storageSize|totalSize|totalIndexSize|indexSizes|sleepMillis|needYield|saveState|restoreState|dbName|collectionUUID|recoveryToken|sbe.*|slots|wiredTiger|indexDetails|freeStorageSize)$/;

const BRANCHES = ['main', 'feature', 'feature_x', 'feature-2'];

export async function openPrefixStage(uri: string): Promise<PrefixStage> {
  const project = `stage-${process.pid}-${++serial}`;
  const address = new URL(uri);
  address.pathname = `/${project}_legacy`;
  const legacy = await LegacyDatabase.open(address.toString());
  const branches = BRANCHES.map((name, index) => ({
    name,
    project_id: project,
    created_at: new Date(2024, 1, 1 + index),
  }));
  await legacy.db.collection('branches').insertMany(branches);
  const directory = new BranchDirectory(legacy, project);
  const handler = new PrefixHandler(directory);
  const plainName = `${project}_plain`;
  return {
    project,
    legacy,
    directory,
    handler,
    plain: async (command) =>
      seen(replyOf(await legacy.send(encodeDocument(database(command, plainName)))), plainName),
    branch: async (command, branch = 'feature') => {
      const name = branch === 'main' ? project : `${project}~${branch}`;
      const asked = Command.from(database(command, name));
      return seen(await handler.handle(asked, { connectionId: 1, actor: NOBODY }), name);
    },
    close: async () => {
      await legacy.db.dropDatabase();
      await legacy.client.db(plainName).dropDatabase();
      await legacy.close();
    },
  };
}

/** Commands for the admin database say so; DATABASE in a command's texts is the database's name. */
function database(command: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  const named = replaced(command, name) as Record<string, unknown>;
  return { ...named, $db: command['$db'] ?? name };
}

function replaced(value: unknown, name: string): unknown {
  if (typeof value === 'string' && value.startsWith('SESSION ')) return sessionOf(name, value);
  if (typeof value === 'string') return value.replaceAll('DATABASE', name);
  if (Array.isArray(value)) return value.map((each) => replaced(each, name));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, replaced(each, name)]));
}

function seen(reply: Reply, name: string): Seen {
  const decoded = decodeDocument(encodeDocument(reply as Doc));
  for (const field of OF_THE_MOMENT) decoded.delete(field);
  const text = stringifyEjson(withoutChance(decoded), { relaxed: false });
  return { reply: fromDoc(decoded), text: text.replaceAll(name, 'DATABASE') };
}

/** When it was is the server's affair, and replies that no single command of mongod gave do not say. */
const OF_THE_MOMENT = ['$clusterTime', 'operationTime'];

function withoutChance(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutChance);
  if (!(value instanceof Map)) return value;
  const kept: Doc = new Map();
  for (const [field, each] of value)
    kept.set(field, BY_CHANCE.test(field) ? 'by chance' : withoutChance(each));
  return kept;
}

const sessions = new Map<string, { readonly id: UUID }>();

/** A session of a command's `lsid: 'SESSION 1'`: one for each side. */
function sessionOf(name: string, text: string): { readonly id: UUID } {
  const key = `${name} ${text}`;
  const known = sessions.get(key) ?? { id: new UUID() };
  sessions.set(key, known);
  return known;
}
