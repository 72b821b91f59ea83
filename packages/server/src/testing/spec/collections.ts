import { isDeepStrictEqual } from 'node:util';
import type { Collection, MongoClient } from 'mongodb';
import { Mismatch } from './match/mismatch';
import type { CollectionData } from './suite';

const MAJORITY = { writeConcern: { w: 'majority' } } as const;

/** Makes collections hold exactly what a file's cases begin with. */
export async function fill(own: MongoClient, data: readonly CollectionData[] = []): Promise<void> {
  for (const { databaseName, collectionName, documents, createOptions } of data) {
    const database = own.db(databaseName);
    await database.dropCollection(collectionName, MAJORITY);
    if (documents.length === 0 || createOptions !== undefined) {
      await database.createCollection(collectionName, { ...createOptions, ...MAJORITY });
    }
    if (documents.length > 0) await database.collection(collectionName).insertMany([...documents], MAJORITY);
  }
}

/**
 * Compares what collections hold with what a case leaves: the same documents by _id, their fields in the same order.
 * @throws Mismatch
 */
export async function matchOutcome(own: MongoClient, outcome: readonly CollectionData[] = []): Promise<void> {
  for (const { databaseName, collectionName, documents } of outcome) {
    const collection: Collection = own.db(databaseName).collection(collectionName);
    const actual = await collection.find({}, { sort: { _id: 1 }, readConcern: { level: 'local' } }).toArray();
    const inOrder = JSON.stringify(actual) === JSON.stringify(documents);
    if (!isDeepStrictEqual(actual, documents) || !inOrder) {
      throw new Mismatch(`${databaseName}.${collectionName}`, documents, actual);
    }
  }
}
