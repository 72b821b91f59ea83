import {
  DiffService,
  documentChanges,
  pathText,
  type CollectionStat,
  type DiffRequest,
  type Place,
} from '@argon/branch';
import { decodeDocument } from '@argon/bson';
import { parseAddress, type WalEngine } from '@argon/engine';
import { BSON, type Document } from 'mongodb';

export interface DiffOptions {
  /** Only these collections, by the name that they have in either; default all. */
  readonly collections?: readonly string[];
}

/** A document that two databases show differently. */
export interface DatabaseDifference {
  /** What its collection is called after; before, if it is gone. */
  readonly collection: string;
  /** Null: it is new. */
  readonly before: Document | null;
  /** Null: it is gone. */
  readonly after: Document | null;
  /** Which fields changed (`lines.0.price`), if it is in both. */
  readonly fields: readonly string[];
}

/** The documents that differ between two addresses of a project, collection by collection. */
export async function* databaseDifferences(
  engine: WalEngine,
  from: string,
  to: string,
  options: DiffOptions,
): AsyncGenerator<DatabaseDifference> {
  const { collections } = await new DiffService(engine).diff(requestOf(from, to, options));
  for (const collection of collections) {
    for await (const batch of collection.documents()) {
      for (const { before, after } of batch) {
        const fields =
          before === undefined || after === undefined
            ? []
            : documentChanges(decodeDocument(before.bytes), decodeDocument(after.bytes)).map(({ path }) =>
                pathText(path),
              );
        yield {
          collection: collection.name,
          before: before === undefined ? null : BSON.deserialize(before.bytes),
          after: after === undefined ? null : BSON.deserialize(after.bytes),
          fields,
        };
      }
    }
  }
}

/** The same in numbers, for each collection where something differs. */
export async function databaseStats(
  engine: WalEngine,
  from: string,
  to: string,
  options: DiffOptions,
): Promise<readonly CollectionStat[]> {
  const stats: CollectionStat[] = [];
  for await (const stat of new DiffService(engine).stat(requestOf(from, to, options))) stats.push(stat);
  return stats;
}

function requestOf(from: string, to: string, { collections }: DiffOptions): DiffRequest {
  return { from: placeOf(from), to: placeOf(to), collections };
}

function placeOf(address: string): Place {
  const { project, branch, moment } = parseAddress(address);
  return { project, name: branch, at: moment };
}
