import { makeDouble, toNumber, type Doc, type NumberValue, type Value } from '@argon/bson';
import { CommandError, okReply, type Reply } from '@argon/engine';
import type { Prefixes } from '../names/prefixes';
import type { LegacyDatabase } from '../connection/legacy-database';
import type { BranchOperation } from './contract';
import { storedCollections } from './stored-collections';

/** What a branch's collections add up to, bytes. */
interface Sums {
  collections: number;
  views: number;
  objects: number;
  dataSize: number;
  storageSize: number;
  indexes: number;
  indexSize: number;
}

/** As mongod's, of the branch's collections alone. */
export async function dbStats({ command, names, database }: BranchOperation): Promise<Reply> {
  const scale = scaleOf(command.get('scale'));
  const sums = await sumsOf(database, names.prefixes, names.branch);
  const disk = await database.db.command({ dbStats: 1, scale });
  const scaled = (bytes: number) => makeDouble(bytes / scale);
  const fields: Record<string, Value> = {
    db: names.shownDatabase,
    collections: sums.collections,
    views: sums.views,
    objects: sums.objects,
    avgObjSize: makeDouble(sums.objects === 0 ? 0 : sums.dataSize / sums.objects),
    dataSize: scaled(sums.dataSize),
    storageSize: scaled(sums.storageSize),
    indexes: sums.indexes,
    indexSize: scaled(sums.indexSize),
    totalSize: scaled(sums.storageSize + sums.indexSize),
    scaleFactor: scale,
  };
  for (const field of ['fsUsedSize', 'fsTotalSize']) {
    if (typeof disk[field] === 'number') fields[field] = makeDouble(disk[field]);
  }
  return okReply(fields);
}

export async function sumsOf(database: LegacyDatabase, prefixes: Prefixes, branch: string): Promise<Sums> {
  const sums: Sums = {
    collections: 0,
    views: 0,
    objects: 0,
    dataSize: 0,
    storageSize: 0,
    indexes: 0,
    indexSize: 0,
  };
  for (const { name, type } of await storedCollections(database, prefixes, branch)) {
    if (type === 'view') {
      sums.views++;
      continue;
    }
    const stats = await database.db.command({ collStats: name });
    sums.collections++;
    sums.objects += Number(stats['count'] ?? 0);
    sums.dataSize += Number(stats['size']);
    sums.storageSize += Number(stats['storageSize']);
    sums.indexes += Number(stats['nindexes']);
    sums.indexSize += Number(stats['totalIndexSize']);
  }
  return sums;
}

function scaleOf(value: Value | Doc | undefined): number {
  if (value === undefined) return 1;
  const scale = Math.trunc(toNumber(value as NumberValue));
  if (!(scale >= 1)) throw new CommandError('BadValue', 'scale has to be >= 1');
  return scale;
}
